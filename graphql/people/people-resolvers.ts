import { PraxisError } from '../../statements/errors.ts';
import { readStatus } from '../metrics/report.ts';
import { readFilter } from '../read-arguments.ts';
import type * as Schema from '../schema.generated.ts';
import { listPeople, writeCursor } from './person.ts';

const STEPS_AT_MOST = 50;

/** Persons: each root field asks for the scope before it looks, so that nobody learns who is known. */
const Query: Pick<Schema.QueryResolvers, 'person' | 'people'> = {
  person: (_, { id }, { people, authorise }) => {
    authorise('people/read');
    return people.find(id);
  },
  people: async (_, { first, after, where }, context) => {
    context.authorise('people/read');
    const { analytics } = context;
    const page = await listPeople(analytics.runner, readStatus(analytics).asOf, {
      first,
      after: after ?? null,
      where: readFilter(where, context),
    });
    const edges = page.people.map((node) => ({ cursor: writeCursor(node.id), node }));
    return {
      edges,
      pageInfo: { hasNextPage: page.hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
      totalCount: page.totalCount,
    };
  },
};

const Person: Schema.PersonResolvers = {
  skills: (person, _, { people }) => people.skillsOf(person),
  nextSteps: async (person, { first }, { people }) => {
    if (first < 1 || first > STEPS_AT_MOST)
      throw new PraxisError('INVALID', `first must be from 1 to ${STEPS_AT_MOST}, not ${first}.`);
    return (await people.nextStepsOf(person)).slice(0, first);
  },
};

const PersonSkill: Schema.PersonSkillResolvers = {
  skill: async ({ skillId }, _, { catalogue }) => required((await catalogue.skills()).get(skillId)),
};

const NextStep: Schema.NextStepResolvers = {
  skill: async ({ skillId }, _, { catalogue }) => required((await catalogue.skills()).get(skillId)),
  course: async ({ courseId }, _, { catalogue }) =>
    required((await catalogue.courses()).get(courseId)),
};

/** Between two reads of one request an import may have removed it. */
function required<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  throw new PraxisError('UNAVAILABLE', 'The catalogue changed while this was read; ask again.');
}

export const peopleResolvers = { Query, Person, PersonSkill, NextStep };
