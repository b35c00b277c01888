import type { Statement } from '../../statements/statement.ts';
import type { Instant } from '../../statements/instant.ts';
import { readVoidTarget } from '../warehouse/projector.ts';
import type { QueryRunner, Row } from '../warehouse/query-runner.ts';
import { RESOLUTION, SELECT_EVENTS } from '../warehouse/resolution.ts';
import { EVENT_KINDS, type EventKind } from '../warehouse/schema.ts';
import { readNumber, readText, requireText } from '../metrics/read-cells.ts';
import { readFacts } from './facts.ts';
import { readTrace, type Trace } from './read-trace.ts';
import { readingOf, writeReading, type RuleSet, type Verdict } from './rule-set.ts';
import type { Rule } from './rule.ts';

/** What a statement would give under a rule set, with the workforce records that the warehouse has now. */
export interface Rehearsal {
  readonly events: readonly RehearsedEvent[];
  readonly rules: readonly RuleOutcome[];
  /** Ids of the people that the actor is known as; empty when nobody knows them. */
  readonly people: readonly string[];
}

export interface RehearsedEvent {
  readonly kind: EventKind;
  /** Ids of the rules that gave it. */
  readonly rules: readonly string[];
  readonly person: string;
  readonly course: string | null;
  readonly skill: string | null;
  readonly platform: string | null;
  readonly role: string | null;
  readonly segment: string | null;
  readonly seconds: number | null;
  readonly score: number | null;
  readonly tier: string | null;
}

export interface RuleOutcome {
  readonly id: string;
  readonly origin: 'DEFAULT' | 'OWN';
  readonly outcome: 'GIVES' | 'HOLDS' | 'LACKS' | 'NO_MATCH' | 'DISABLED' | 'OTHER_SOURCE';
  /** In words, why. */
  readonly because: string;
}

/**
 * Reads each statement as a projection would, and says what every rule made of it. `now` stands in for a
 * timestamp that a statement lacks.
 */
export async function rehearse(
  runner: QueryRunner,
  ruleSet: RuleSet,
  statements: readonly Statement[],
  now: Instant,
): Promise<readonly Rehearsal[]> {
  const traces = statements.map((statement) =>
    readVoidTarget(statement) === null ? readTrace(statement, ruleSet, now) : null,
  );
  const work = traces.flatMap((trace, statement) =>
    trace === null ? [] : [toWork(trace, statement)],
  );
  const parameters = { traces: JSON.stringify(work) };
  const [events, people, met] = await Promise.all(
    [SELECT_NAMED_EVENTS, SELECT_PEOPLE, SELECT_MET].map(async (sql) => {
      const rows = await runner.query(sql, parameters);
      return Map.groupBy(rows, (row) => Number(row['statement']));
    }),
  );
  return statements.map((statement, index) => {
    if (traces[index] === null) return { events: [], rules: [], people: [] };
    const known: Known = {
      people: (people?.get(index) ?? []).map((row) => requireText(row['person'])),
      met: new Set((met?.get(index) ?? []).map((row) => requireText(row['reading']))),
    };
    const verdicts = ruleSet.explain(readFacts(statement));
    return {
      events: (events?.get(index) ?? []).map((row) => readEvent(row, verdicts, known)),
      rules: verdicts.map((verdict) => tellOutcome(verdict, known)),
      people: known.people,
    };
  });
}

/** What the workforce records say to a statement. */
interface Known {
  readonly people: readonly string[];
  /** Readings that have the course and skill that they need, as `writeReading` writes them. */
  readonly met: ReadonlySet<string>;
}

function toWork(trace: Trace, statement: number): object {
  return { ...trace, statement, id: String(statement), readings: trace.readings.map(writeReading) };
}

const WORK = `
work AS (
  SELECT * REPLACE (make_timestamp("at") AS "at"), false AS mapped
  FROM (SELECT unnest(from_json($traces::JSON, '[{
    "statement": "BIGINT", "id": "VARCHAR", "at": "BIGINT", "agents": ["VARCHAR"], "verb": "VARCHAR",
    "object": "VARCHAR", "readings": ["VARCHAR"], "context": ["VARCHAR"], "aligned": ["VARCHAR"],
    "platform": "VARCHAR", "seconds": "DOUBLE", "score": "DOUBLE", "success": "BOOLEAN",
    "observed": "BOOLEAN", "session": "VARCHAR"}]'), recursive := true))
)`;

const SELECT_NAMED_EVENTS = `
WITH ${WORK}, derived AS (${SELECT_EVENTS})
SELECT e.statement, e.kind::VARCHAR AS kind, person.id AS person, course.id AS course, skill.id AS skill,
  e.platform, assignment.role, assignment.segment, e.seconds, e.score, e.tier::VARCHAR AS tier
FROM derived e
JOIN person ON person.person = e.person
LEFT JOIN course ON course.course = e.course
LEFT JOIN skill ON skill.skill = e.skill
LEFT JOIN assignment ON assignment.assignment = e.assignment
ORDER BY e.statement, e.kind, person.id, skill.id`;

const SELECT_PEOPLE = `
WITH ${WORK}
SELECT DISTINCT named.statement, person.id AS person
FROM (SELECT statement, unnest(agents) AS agent FROM work) named
JOIN person_agent USING (agent) JOIN person USING (person)
ORDER BY ALL`;

const SELECT_MET = `WITH ${WORK}, ${RESOLUTION} SELECT DISTINCT statement, reading FROM met`;

function readEvent(row: Row, verdicts: readonly Verdict[], known: Known): RehearsedEvent {
  const kind = EVENT_KINDS.find((each) => each === row['kind']);
  if (kind === undefined) throw new Error('the warehouse derived an event of no known kind');
  return {
    kind,
    rules: verdicts.filter((verdict) => kindGivenBy(verdict, known) === kind).map(({ id }) => id),
    person: requireText(row['person']),
    course: readText(row['course']),
    skill: readText(row['skill']),
    platform: readText(row['platform']),
    role: readText(row['role']),
    segment: readText(row['segment']),
    seconds: readNumber(row['seconds']),
    score: readNumber(row['score']),
    tier: readText(row['tier']),
  };
}

/** The kind of the events that a rule gave; null when it gave none. */
function kindGivenBy({ rule, holds }: Verdict, { people, met }: Known): EventKind | null {
  if (!holds || rule === null || !('kind' in rule) || people.length === 0) return null;
  return met.has(writeReading(readingOf(rule))) ? rule.kind : null;
}

function tellOutcome(verdict: Verdict, known: Known): RuleOutcome {
  const { id, own, rule, holds, because } = verdict;
  const told = (outcome: RuleOutcome['outcome'], words: string): RuleOutcome => ({
    id,
    origin: own ? 'OWN' : 'DEFAULT',
    outcome,
    because: words,
  });
  if (because[0] === '/source') return told('OTHER_SOURCE', 'the statement is of another source');
  if (rule === null) return told('DISABLED', 'the rule is disabled for this source');
  if (!holds) return told('NO_MATCH', because.map(tellFault).join('; '));
  if (!('kind' in rule)) return told('HOLDS', tellEffect(rule));
  if (kindGivenBy(verdict, known) !== null) return told('GIVES', `gives ${rule.kind}`);
  if (known.people.length === 0)
    return told('LACKS', 'the rule holds, but the actor is no known person');
  const { needs } = readingOf(rule);
  return told(
    'LACKS',
    `the rule holds, but the statement names no known ${needs.join(' or no known ').toLowerCase()}`,
  );
}

function tellFault(pointer: string): string {
  return pointer.startsWith('/when') ? `${pointer} does not hold` : `${pointer} holds`;
}

function tellEffect(rule: Rule): string {
  return 'setPlatform' in rule
    ? `says the platform is ${rule.setPlatform}, where no rule before it did`
    : 'says which extensions name skills or observers';
}
