import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Column } from '../../graphql/flat-report.ts';
import type { QueryRunner } from '../../graphql/warehouse/query-runner.ts';

/** Where Parquet files are while they are sent. */
export interface ParquetFolder {
  /**
   * Has DuckDB make a Parquet file of rows, each a line of JSON by column, and hands its path to `use`, after which it
   * is gone. Columns of TIMESTAMP are RFC 3339 in UTC.
   */
  write(
    columns: readonly Column[],
    lines: AsyncIterable<string>,
    openRunner: () => QueryRunner,
    use: (path: string) => Promise<void>,
  ): Promise<void>;
}

/** The folder is this server's alone: what a crash left in it is removed when it is first used. */
export function createParquetFolder(dataDir: string): ParquetFolder {
  const folder = resolve(dataDir, 'exports');
  let emptied: Promise<unknown> | null = null;
  return {
    async write(columns, lines, openRunner, use) {
      await (emptied ??= rm(folder, { recursive: true, force: true }));
      const own = join(folder, randomUUID());
      await mkdir(own, { recursive: true });
      try {
        const [from, to] = [join(own, 'rows.ndjson'), join(own, 'rows.parquet')];
        await pipeline(Readable.from(lines), createWriteStream(from));
        await openRunner().query(copySql(columns), { from, to });
        await use(to);
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
  };
}

/** Column names and types are those of the schema, never of a request. */
function copySql(columns: readonly Column[]): string {
  const types = columns.map(({ name, type }) => `"${name}": '${type}'`).join(', ');
  return `COPY (FROM read_json($from, format = 'newline_delimited', columns = {${types}})) TO $to (FORMAT parquet)`;
}
