/** Scopes of `openapi.yaml`; the xAPI ones are the spec's (1.0.3 Communication §4.2). */
export const SCOPES = [
  'all',
  'all/read',
  'statements/write',
  'statements/read',
  'statements/read/mine',
  'state',
  'profile',
  'analytics/read',
  'analytics/write',
  'people/read',
  'workforce/read',
  'workforce/write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a scope grants beside itself. `all` is all of xAPI, and no more: analytics and HR are another trust. */
const INCLUDES: Partial<Record<Scope, readonly Scope[]>> = {
  all: [
    'all/read',
    'statements/write',
    'statements/read',
    'statements/read/mine',
    'state',
    'profile',
  ],
  'all/read': ['statements/read', 'statements/read/mine'],
  'statements/read': ['statements/read/mine'],
  'analytics/write': ['analytics/read'],
  'workforce/write': ['workforce/read'],
};

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

export function grants(held: ReadonlySet<Scope>, wanted: Scope): boolean {
  if (held.has(wanted)) return true;
  for (const scope of held) if (INCLUDES[scope]?.includes(wanted) === true) return true;
  return false;
}
