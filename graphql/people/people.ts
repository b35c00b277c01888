import DataLoader from 'dataloader';
import type { Catalogue } from '../catalogue.ts';
import { readStatus, type Analytics } from '../metrics/report.ts';
import { planNextSteps, type NextStepRecord } from './next-steps.ts';
import { readPeople, type PersonRecord } from './person.ts';
import { readPersonSkills, type PersonSkillRecord } from './person-skills.ts';

/** What is asked of people one by one, read for all of a request together. */
export interface People {
  find(id: string): Promise<PersonRecord | null>;
  skillsOf(person: PersonRecord): Promise<readonly PersonSkillRecord[]>;
  /** All of them, best first. */
  nextStepsOf(person: PersonRecord): Promise<readonly NextStepRecord[]>;
}

/** Make one a request: what it has read once it does not read again. */
export function createPeople(analytics: Analytics, catalogue: Catalogue): People {
  const { runner } = analytics;
  const asOf = (): ReturnType<typeof readStatus>['asOf'] => readStatus(analytics).asOf;
  const people = new DataLoader((ids: readonly string[]) => readPeople(runner, asOf(), ids));
  const skills = new DataLoader((ids: readonly string[]) => readPersonSkills(runner, asOf(), ids));
  const steps = new DataLoader<PersonRecord, readonly NextStepRecord[], string>(
    async (batch) =>
      planNextSteps(
        analytics,
        catalogue,
        await Promise.all(
          batch.map(async (person) => ({ person, skills: await skills.load(person.id) })),
        ),
      ),
    { cacheKeyFn: ({ id }) => id },
  );
  return {
    find: (id) => people.load(id),
    skillsOf: ({ id }) => skills.load(id),
    nextStepsOf: (person) => steps.load(person),
  };
}
