import { readText, requireText } from './metrics/read-cells.ts';
import type { QueryRunner } from './warehouse/query-runner.ts';

export interface SkillRecord {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
}

export interface CourseRecord {
  readonly id: string;
  readonly name: string;
  readonly delivery: string;
  readonly author: string;
  readonly skillIds: readonly string[];
}

/** Skills and courses by id, in the order of their names. */
export interface Catalogue {
  skills(): Promise<ReadonlyMap<string, SkillRecord>>;
  courses(): Promise<ReadonlyMap<string, CourseRecord>>;
}

/** A catalogue is curated by people: what is past this many is an import gone wrong. */
const RECORDS_AT_MOST = 100_000;

/** Reads each list at most once; make one a request. */
export function createCatalogue(runner: QueryRunner): Catalogue {
  let skills: Promise<ReadonlyMap<string, SkillRecord>> | null = null;
  let courses: Promise<ReadonlyMap<string, CourseRecord>> | null = null;
  return {
    skills: () => (skills ??= readSkills(runner)),
    courses: () => (courses ??= readCourses(runner)),
  };
}

async function readSkills(runner: QueryRunner): Promise<ReadonlyMap<string, SkillRecord>> {
  const rows = await runner.query(
    `SELECT id, name, parent_id FROM skill ORDER BY name, id LIMIT ${RECORDS_AT_MOST}`,
    {},
  );
  return new Map(
    rows.map((row) => {
      const id = requireText(row['id']);
      return [id, { id, name: requireText(row['name']), parentId: readText(row['parent_id']) }];
    }),
  );
}

async function readCourses(runner: QueryRunner): Promise<ReadonlyMap<string, CourseRecord>> {
  const rows = await runner.query(
    `SELECT c.id, c.name, c.delivery, c.author, list(s.id ORDER BY s.name, s.id)
       FILTER (s.id IS NOT NULL) AS skills
     FROM course c LEFT JOIN course_skill cs ON cs.course = c.course
       LEFT JOIN skill s ON s.skill = cs.skill
     GROUP BY ALL ORDER BY c.name, c.id LIMIT ${RECORDS_AT_MOST}`,
    {},
  );
  return new Map(
    rows.map((row) => {
      const id = requireText(row['id']);
      const skills = row['skills'] ?? [];
      return [
        id,
        {
          id,
          name: requireText(row['name']),
          delivery: requireText(row['delivery']),
          author: requireText(row['author']),
          skillIds: Array.isArray(skills) ? skills.map(requireText) : [],
        },
      ];
    }),
  );
}
