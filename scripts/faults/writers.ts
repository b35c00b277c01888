import { createHash } from 'node:crypto';
import type { Ledger, SentStatement } from './ledger.ts';
import { callServer, MARK } from './lrs-client.ts';

/** A number in [0, 1), the same sequence for the same seed. */
export type Random = () => number;

/** SplitMix-like hashing is enough: it must be repeatable and spread, not secret. */
export function makeRandom(seed: string): Random {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed}/${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

/**
 * Writes until the server is gone: one statement by PUT or POST, batches, voiding, the same again, and
 * what must be refused. Each answer goes into the ledger; a status that the request does not deserve is
 * returned as a fault.
 */
export async function writeUntilGone(
  url: string,
  ledger: Ledger,
  random: Random,
  faults: string[],
): Promise<void> {
  for (;;) {
    const { statements, method, expected } = compose(ledger, random);
    const request = ledger.begin(statements);
    const texts = statements.map(textOf);
    const [first] = statements;
    const query = method === 'PUT' ? `?statementId=${first?.id ?? ''}` : '';
    const body = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`;
    let status: number;
    try {
      const response = await callServer(`${url}/xapi/statements${query}`, { method, body });
      // The status alone acknowledges: it is sent after the commit.
      status = response.status;
      ledger.settle(request, status === 200 || status === 204 ? 'stored' : 'refused');
      await response.arrayBuffer();
    } catch {
      return;
    }
    if (!expected.includes(status))
      faults.push(`${method} was answered ${status}, not ${expected.join('/')}`);
  }
}

interface Composed {
  readonly method: 'PUT' | 'POST';
  readonly statements: readonly SentStatement[];
  readonly expected: readonly number[];
}

const STORED = [200, 204];

function compose(ledger: Ledger, random: Random): Composed {
  const kind = random();
  const fresh = (count: number): SentStatement[] =>
    Array.from({ length: count }, () => ({
      id: makeId(random),
      mark: makeId(random),
      voids: null,
    }));
  const known = ledger.pickAcknowledged(random());
  const unanswered = kind < 0.05 ? ledger.takeUnanswered() : null;
  if (unanswered !== null)
    // A conflict in it stays one; else it is stored now, if it was not before.
    return { method: 'POST', statements: unanswered.statements, expected: [200, 409] };
  if (kind < 0.25) return { method: 'PUT', statements: fresh(1), expected: STORED };
  if (kind < 0.45) return { method: 'POST', statements: fresh(1), expected: STORED };
  if (kind < 0.7 || known === null)
    return { method: 'POST', statements: fresh(2 + Math.floor(random() * 49)), expected: STORED };
  if (kind < 0.8) {
    const voids = ledger.pickTarget(random());
    const voider = { id: makeId(random), mark: makeId(random), voids };
    return { method: 'POST', statements: [voider, ...fresh(3)], expected: STORED };
  }
  if (kind < 0.87) return { method: 'PUT', statements: [known], expected: STORED };
  if (kind < 0.93) return { method: 'POST', statements: [...fresh(4), known], expected: STORED };
  const conflicting = { id: known.id, mark: makeId(random), voids: null };
  return { method: 'POST', statements: [...fresh(4), conflicting], expected: [409] };
}

function makeId(random: Random): string {
  const hex = Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const VERBS = ['completed', 'experienced', 'passed'];
export const PEOPLE = 40;

/** Who and what follows from the id, so that the same id and mark are the same statement. */
function textOf({ id, mark, voids }: SentStatement): string {
  const digit = Number.parseInt(id.slice(0, 6), 16);
  return JSON.stringify({
    id,
    actor: { mbox: `mailto:person-${digit % PEOPLE}@example.org` },
    verb: {
      id: `http://adlnet.gov/expapi/verbs/${voids === null ? (VERBS[digit % 3] ?? '') : 'voided'}`,
    },
    object:
      voids === null
        ? { id: `https://example.org/courses/${digit % 20}` }
        : { objectType: 'StatementRef', id: voids },
    context: { extensions: { [MARK]: mark } },
  });
}
