import type { Instant } from '../../statements/instant.ts';
import { readNumber, requireText } from '../metrics/read-cells.ts';
import type { QueryRunner } from '../warehouse/query-runner.ts';

export interface PersonSkillRecord {
  readonly skillId: string;
  /** Scaled score of the last assessment. */
  readonly level: number | null;
  /** What the role wants. */
  readonly target: number | null;
  readonly trainedAt: Instant | null;
  readonly appliedAt: Instant | null;
}

/** The skills of each person, by name: those their role wants, and those they were assessed in, completed or applied. */
export async function readPersonSkills(
  runner: QueryRunner,
  asOf: Instant,
  ids: readonly string[],
): Promise<readonly (readonly PersonSkillRecord[])[]> {
  const rows = await runner.query(SKILLS_OF_PEOPLE, { ids, as_of: { timestampMicros: asOf } });
  const byPerson = Map.groupBy(rows, (row) => requireText(row['person']));
  return ids.map((id) =>
    (byPerson.get(id) ?? []).map((row) => ({
      skillId: requireText(row['skill']),
      level: readNumber(row['level']),
      target: readNumber(row['target']),
      trainedAt: readInstant(row['trained']),
      appliedAt: readInstant(row['applied']),
    })),
  );
}

function readInstant(cell: Parameters<typeof readNumber>[0]): Instant | null {
  const micros = readNumber(cell);
  return micros === null ? null : (micros as Instant);
}

// Of two assessments at one instant the one stored last counts; a struct compares member by member.
const SKILLS_OF_PEOPLE = `
  WITH asked AS (
    SELECT p.person, p.id, a.role FROM person p
    LEFT JOIN assignment a ON a.person = p.person AND a.starts <= $as_of AND a.ends > $as_of
    WHERE p.id IN (SELECT unnest($ids::VARCHAR[]))
  ),
  done AS (
    SELECT e.person, e.skill,
      max({'at': e.at, 'statement': e.statement, 'score': e.score})
        FILTER (e.kind = 'ASSESSED'::event_kind AND e.score IS NOT NULL) AS assessed,
      max(e.at) FILTER (e.kind = 'COMPLETED'::event_kind) AS trained,
      max(e.at) FILTER (e.kind = 'APPLIED'::event_kind) AS applied
    FROM event e SEMI JOIN asked ON asked.person = e.person
    WHERE e.skill IS NOT NULL GROUP BY e.person, e.skill
  ),
  wanted AS (
    SELECT asked.person, t.skill, t.level AS target FROM asked JOIN skill_target t ON t.role = asked.role
  ),
  held AS (
    SELECT person, skill, assessed.score AS level, target, trained, applied
    FROM done FULL JOIN wanted USING (person, skill)
  )
  SELECT asked.id AS person, s.id AS skill, held.level, held.target, held.trained, held.applied
  FROM held JOIN asked ON asked.person = held.person JOIN skill s ON s.skill = held.skill
  WHERE coalesce(held.level, held.target) IS NOT NULL OR coalesce(held.trained, held.applied) IS NOT NULL
  ORDER BY asked.id, s.name, s.id`;
