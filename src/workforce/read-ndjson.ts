import { setImmediate } from 'node:timers/promises';
import { CHUNK_BYTES, LINE_FEED, type Row } from './rows.ts';

/** Reads one JSON value a line; `bytes` are UTF-8 without a byte order mark. Blank lines are passed over. */
export async function* readNdjson(bytes: Buffer): AsyncGenerator<Row> {
  let line = 0;
  let breatheAt = CHUNK_BYTES;
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed === -1 ? bytes.length : feed;
    const text = bytes.toString('utf8', start, end).trim();
    start = end + 1;
    line += 1;
    if (text !== '') yield readLine(text, line);
    if (start >= breatheAt) {
      await setImmediate();
      breatheAt = start + CHUNK_BYTES;
    }
  }
}

function readLine(text: string, line: number): Row {
  try {
    const value: unknown = JSON.parse(text);
    return { line, value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `is not JSON: ${error.message}`;
    return { line, problems: [{ rule: 'ndjson', column: null, message }] };
  }
}
