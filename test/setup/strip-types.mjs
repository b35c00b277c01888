// The jest transform: the same type stripping that Node itself applies when it runs our TypeScript,
// so that a test executes what `node src/main.ts` executes, at the same line and column.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

const transformer = {
  process: (source, path) => ({
    code: path.endsWith('.ts') ? stripTypeScriptTypes(source) : source,
  }),
  getCacheKey: (source, path) =>
    createHash('sha1')
      .update(process.version)
      .update(path)
      .update('\0')
      .update(source)
      .digest('hex'),
};
export default transformer;
