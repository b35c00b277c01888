/**
 * Reads an export of finished tasks (CSV on stdin) and writes xAPI statements (NDJSON on stdout):
 *
 *     node examples/operations/statements.ts < tasks.csv | npx praxis import -
 *
 * A task that no skill is known for is left out, and counted on stderr.
 */
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse';

interface Task {
  readonly task_id: string;
  readonly finished_at: string;
  readonly employee: string;
  readonly task: string;
  /** Empty when nobody looked. */
  readonly checked_by: string;
}

/** Which task shows which skill: the heart of the matter, and yours to say. */
const SKILL_OF_TASK: Readonly<Record<string, string>> = {
  'temperature-log': 'https://example.org/skills/hygiene',
};
const HOME_PAGE = 'https://operations.example.org';

let left = 0;
const rows = process.stdin.pipe(parse({ columns: true, bom: true }));
for await (const task of rows as AsyncIterable<Task>) {
  const skill = SKILL_OF_TASK[task.task];
  if (skill === undefined) left += 1;
  else process.stdout.write(`${JSON.stringify(makeStatement(task, skill))}\n`);
}
if (left > 0) console.error(`${left} tasks show no known skill and were left out.`);

function makeStatement(task: Task, skill: string): object {
  return {
    id: makeUuid(task.task_id),
    actor: nameAgent(task.employee),
    verb: { id: 'https://w3id.org/xapi/dod-isd/verbs/performed', display: { en: 'performed' } },
    object: { id: `${HOME_PAGE}/tasks/${task.task}`, definition: { name: { en: task.task } } },
    context: {
      platform: 'operations',
      contextActivities: { other: [{ id: skill }] },
      ...(task.checked_by === '' ? {} : { instructor: nameAgent(task.checked_by) }),
    },
    timestamp: task.finished_at,
  };
}

function nameAgent(employee: string): object {
  return { account: { homePage: HOME_PAGE, name: employee } };
}

/** Made of the task's id (version 8, RFC 9562 §5.8): an export sent again stores nothing twice. */
function makeUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}
