/** `docs/configuration.md`, from the table of settings that the server reads. */
import { SETTINGS } from '../src/config.ts';
import { writeCode, writeTable } from './markdown.ts';

/** A setting, with whichever of these members of JSON Schema it has. */
interface Setting {
  readonly description: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

const INTRODUCTION = `# Configuration

Settings come from the environment. This page is written by \`npm run generate\` from
[src/config.ts](../src/config.ts), the only place that reads them.

    PORT=9000 DATA_DIR=/var/lib/praxis npx praxis serve

An empty variable is one that is not set. A wrong value, or a name one letter away from a setting's, stops the start
with a line that says what is wrong; no such line shows a secret.`;

const TOGETHER = `## What goes together

- \`ADMIN_KEY\` and \`ADMIN_SECRET\`: both or neither. Keys beyond the first are made with \`praxis keys\`, in the
  dashboard, or by \`POST /keys\`.
- \`STORE=mongodb\` needs \`MONGODB_URI\`. \`DATA_DIR\` is then still used: the warehouse is there.
- Bearer tokens need \`JWT_ISSUER\`, \`JWT_AUDIENCE\`, and one of \`JWKS_URI\` and \`JWT_SECRET\`. \`JWT_ISSUER\` must not be
  \`PUBLIC_URL\`.
- \`PUBLIC_URL\` follows \`PORT\` when only that is set.

The commands that talk to a server read \`PRAXIS_URL\`, \`PRAXIS_KEY\` and \`PRAXIS_SECRET\`; the server does not.`;

export function writeConfigurationPage(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
    writeCode(name),
    setting.default === undefined ? '' : writeCode(String(setting.default)),
    describeValues(setting),
    setting.description,
  ]);
  return [
    INTRODUCTION,
    writeTable(['setting', 'default', 'may be', 'what it does'], rows),
    TOGETHER,
  ]
    .join('\n\n')
    .concat('\n');
}

function describeValues(setting: Setting): string {
  if (setting.enum !== undefined) return setting.enum.map(writeCode).join(', ');
  if (setting.type === 'integer') return `${setting.minimum ?? ''} to ${setting.maximum ?? ''}`;
  if (setting.pattern !== undefined) return writeCode(setting.pattern);
  return (setting.minLength ?? 1) > 1 ? `${setting.minLength ?? 1} characters or more` : 'text';
}
