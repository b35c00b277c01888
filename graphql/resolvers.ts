import { GraphQLError, GraphQLScalarType } from 'graphql';
import { formatInstant, parseInstant, type Instant } from '../statements/instant.ts';
import { adoptionResolvers } from './adoption-resolvers.ts';
import { findAskedMetrics, readApplicationArguments, readRoiArguments } from './asked-metrics.ts';
import { listChanges } from './changes.ts';
import type { Dimension } from './metrics/metric.ts';
import { measureParticipationGap } from './metrics/participation-gap.ts';
import { isDate } from './metrics/period.ts';
import { DEFINITION_VERSION, METRICS } from './metrics/registry.ts';
import { planReport, readSlices, type ReportRequest, type Slice } from './metrics/report.ts';
import { measureUnmappedShare } from './metrics/unmapped-share.ts';
import { peopleResolvers } from './people/people-resolvers.ts';
import { computeCost } from './query-limits.ts';
import { readComparison, readFilter, readPeriod } from './read-arguments.ts';
import type * as Schema from './schema.generated.ts';

const Query: Schema.QueryResolvers = {
  workforce: async (_, { period, by, grain, where, compareTo }, context, info) => {
    context.authorise('analytics/read');
    const request: ReportRequest = {
      period: readPeriod(period),
      by,
      grain: grain ?? null,
      where: readFilter(where, context),
      questions: findAskedMetrics(info),
      compareTo: readComparison(compareTo, context),
    };
    const plan = planReport(context.analytics, request);
    context.spend(
      computeCost({
        metrics: plan.questions.length,
        buckets: plan.buckets.length,
        dimensions: plan.by.length,
        isCompared: plan.baseline !== null,
      }),
    );
    return { ...plan, slices: await readSlices(context.analytics, plan) };
  },
  participationGap: (_, { period, a, b, decomposeBy }, context) => {
    context.authorise('analytics/read');
    return measureParticipationGap(context.analytics, {
      period: readPeriod(period),
      a: readFilter(a, context),
      b: readFilter(b, context),
      decomposeBy: decomposeBy ?? null,
    });
  },
  skills: async (_, _arguments, { catalogue, authorise }) => {
    authorise('analytics/read');
    return [...(await catalogue.skills()).values()];
  },
  courses: async (_, _arguments, { catalogue, authorise }) => {
    authorise('analytics/read');
    return [...(await catalogue.courses()).values()];
  },
};

const WorkforceReport: Schema.WorkforceReportResolvers = {
  definitionVersion: () => DEFINITION_VERSION,
  unmappedShare: ({ from, to }, _, { analytics }) =>
    measureUnmappedShare(analytics.runner, from, to),
};

const Slice: Schema.SliceResolvers = {
  role: readValue('ROLE'),
  segment: (slice) => readSegment(slice.values.get('SEGMENT')),
  department: readValue('DEPARTMENT'),
  location: readValue('LOCATION'),
  manager: readValue('MANAGER'),
  tenure: readValue('TENURE'),
  platform: readValue('PLATFORM'),
  device: readValue('DEVICE'),
  pilot: readValue('PILOT'),
  author: readValue('AUTHOR'),
  skill: async (slice, _, { catalogue }) => {
    const id = slice.values.get('SKILL') ?? null;
    return id === null ? null : ((await catalogue.skills()).get(id) ?? null);
  },
  course: async (slice, _, { catalogue }) => {
    const id = slice.values.get('COURSE') ?? null;
    return id === null ? null : ((await catalogue.courses()).get(id) ?? null);
  },
  changes: (slice, _arguments, _context, { schema }) => listChanges(schema, slice),
  headcount: (slice) => slice.read(METRICS.headcount, null),
  participation: (slice) => slice.read(METRICS.participation, null),
  skillApplication: (slice, args) =>
    slice.read(METRICS.skillApplication, readApplicationArguments(args)),
  trainingRoi: (slice, args) => slice.read(METRICS.trainingRoi, readRoiArguments(args)),
  completion: (slice) => slice.read(METRICS.completion, null),
  assessment: (slice) => slice.read(METRICS.assessment, null),
  effort: (slice) => slice.read(METRICS.effort, null),
  flow: (slice) => slice.read(METRICS.flow, null),
  content: (slice) => slice.read(METRICS.content, null),
};

const Skill: Schema.SkillResolvers = {
  parent: async ({ parentId }, _, { catalogue }) =>
    parentId === null ? null : ((await catalogue.skills()).get(parentId) ?? null),
};

const Course: Schema.CourseResolvers = {
  skills: async ({ skillIds }, _, { catalogue }) => {
    const skills = await catalogue.skills();
    return skillIds.flatMap((id) => skills.get(id) ?? []);
  },
};

const dateScalar = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A calendar day, 2026-01-31.',
  coerceInputValue: (value) => {
    if (typeof value === 'string' && isDate(value)) return value;
    throw new GraphQLError(`A date is written YYYY-MM-DD, not ${JSON.stringify(value)}.`);
  },
});

const dateTimeScalar = new GraphQLScalarType<Instant, string>({
  name: 'DateTime',
  description: 'RFC 3339, UTC.',
  coerceOutputValue: (value) => {
    if (typeof value === 'number') return formatInstant(value as Instant);
    throw new Error('a DateTime is resolved to an Instant');
  },
  coerceInputValue: (value) => {
    const instant = typeof value === 'string' ? parseInstant(value) : null;
    if (instant !== null) return instant;
    throw new GraphQLError(`A time is written as RFC 3339, not ${JSON.stringify(value)}.`);
  },
});

export const resolvers: Schema.Resolvers = {
  ...adoptionResolvers,
  ...peopleResolvers,
  Query: { ...Query, ...adoptionResolvers.Query, ...peopleResolvers.Query },
  WorkforceReport,
  Slice,
  Skill,
  Course,
  Date: dateScalar,
  DateTime: dateTimeScalar,
};

function readValue(dimension: Dimension): (slice: Slice) => string | null {
  return (slice) => slice.values.get(dimension) ?? null;
}

function readSegment(value: string | null | undefined): Schema.Segment | null {
  return value === 'FRONTLINE' || value === 'DESK' ? value : null;
}
