import { readApplicationArguments, readRoiArguments } from './asked-metrics.ts';
import { auditPeriod, listUnmapped, measureReach } from './metrics/audit.ts';
import {
  comparePilotApplication,
  comparePilotParticipation,
  comparePilotRoi,
  measurePilot,
} from './metrics/pilot.ts';
import { measureRetention } from './metrics/retention.ts';
import { readFilter, readPeriod } from './read-arguments.ts';
import type * as Schema from './schema.generated.ts';

type AdoptionQuery = Pick<Schema.QueryResolvers, 'retention' | 'pilot' | 'audit'>;

/** Adoption over time, pilots, and what cannot be counted yet (metrics.md §8 and §9). */
const Query: AdoptionQuery = {
  retention: (_, { period, grain, where }, context) => {
    context.authorise('analytics/read');
    return measureRetention(context.analytics, {
      period: readPeriod(period),
      grain,
      where: readFilter(where, context),
    });
  },
  pilot: (_, { id }, { analytics, authorise }) => {
    authorise('analytics/read');
    return measurePilot(analytics, id);
  },
  audit: (_, { period }, { analytics, authorise }) => {
    authorise('analytics/read');
    return auditPeriod(analytics, readPeriod(period));
  },
};

const PilotReport: Schema.PilotReportResolvers = {
  participation: (pilot, _, { analytics }) => comparePilotParticipation(analytics, pilot),
  skillApplication: (pilot, args, { analytics }) =>
    comparePilotApplication(analytics, pilot, readApplicationArguments(args)),
  trainingRoi: (pilot, args, { analytics }) =>
    comparePilotRoi(analytics, pilot, readRoiArguments(args)),
};

const Audit: Schema.AuditResolvers = {
  reach: (audit, _, { analytics }) => measureReach(analytics, audit),
  unmappedActors: (audit, { first }, { analytics, authorise }) => {
    authorise('people/read');
    return listUnmapped(analytics, audit, 'actors', first);
  },
  unmappedVerbs: (audit, { first }, { analytics }) =>
    listUnmapped(analytics, audit, 'verbs', first),
  unmappedActivities: (audit, { first }, { analytics }) =>
    listUnmapped(analytics, audit, 'activities', first),
  unmappedPlatforms: (audit, { first }, { analytics }) =>
    listUnmapped(analytics, audit, 'platforms', first),
};

const KpiEffect: Schema.KpiEffectResolvers = {
  // One that is measured has learners.
  suppressed: ({ learners }) => learners === 0,
};

export const adoptionResolvers = { Query, PilotReport, Audit, KpiEffect };
