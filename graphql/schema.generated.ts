import type { Instant } from '../statements/instant.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Report, Slice as ReportSlice } from './metrics/report.ts';
import type { SkillRecord, CourseRecord } from './catalogue.ts';
import type { KpiEffect as MeasuredEffect } from './metrics/training-roi.ts';
import type { PilotReport as MeasuredPilot } from './metrics/pilot.ts';
import type { Audit as AuditedPeriod } from './metrics/audit.ts';
import type { PersonRecord } from './people/person.ts';
import type { PersonSkillRecord } from './people/person-skills.ts';
import type { NextStepRecord } from './people/next-steps.ts';
import type { AnalyticsContext } from './analytics-context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar day, 2026-01-31. */
  Date: { input: string; output: string; }
  /** RFC 3339, UTC. */
  DateTime: { input: Instant; output: Instant; }
};

/** The last attempt of each person and activity in the period. */
export type Assessment = {
  readonly __typename?: 'Assessment';
  readonly attempts?: Maybe<Scalars['Int']['output']>;
  /** Scaled, −1 to 1. */
  readonly meanScore?: Maybe<Scalars['Float']['output']>;
  /** Of those judged. */
  readonly passRate?: Maybe<Scalars['Float']['output']>;
  /** Wilson, 95 %. */
  readonly passRateInterval?: Maybe<Interval>;
  /** Minimum, lower quartile, median, upper quartile, maximum. */
  readonly quantiles?: Maybe<ReadonlyArray<Scalars['Float']['output']>>;
};

/** Lists are most frequent first; first is at most 1000. */
export type Audit = {
  readonly __typename?: 'Audit';
  readonly asOf: Scalars['DateTime']['output'];
  readonly reach: ReadonlyArray<PlatformReach>;
  /** Objects that are no course. */
  readonly unmappedActivities: ReadonlyArray<Unmapped>;
  /** Actors that no person has. Needs the scope people/read. */
  readonly unmappedActors: ReadonlyArray<Unmapped>;
  /** Platforms that no record has. */
  readonly unmappedPlatforms: ReadonlyArray<Unmapped>;
  /** Verbs of statements that no rule matched. */
  readonly unmappedVerbs: ReadonlyArray<Unmapped>;
};


/** Lists are most frequent first; first is at most 1000. */
export type AuditUnmappedActivitiesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Lists are most frequent first; first is at most 1000. */
export type AuditUnmappedActorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Lists are most frequent first; first is at most 1000. */
export type AuditUnmappedPlatformsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Lists are most frequent first; first is at most 1000. */
export type AuditUnmappedVerbsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type Bucket = {
  readonly __typename?: 'Bucket';
  readonly from: Scalars['DateTime']['output'];
  readonly to: Scalars['DateTime']['output'];
};

export type Change = {
  readonly __typename?: 'Change';
  /** This slice less its comparison, in the unit of the number: of two rates, 0.05 is five percentage points. Null when either is. */
  readonly difference?: Maybe<Scalars['Float']['output']>;
  /** 95 %, of what has an interval itself (Newcombe's method 10; of other means Zou and Donner's, from which it is a case). */
  readonly interval?: Maybe<Interval>;
  /** As it stands in the slice: participation.rate, or skillApplication(windowDays: 30).rate where not asked with defaults. */
  readonly measure: Scalars['String']['output'];
};

/**
 * What the slices of a report are compared with, each with the one that has the same values; with a grain, the
 * first bucket with the first, and so on. Groups should not contain one another: the interval of a difference
 * takes them to be different people, and is wider than need be where they are the same people at another time.
 */
export type Comparison =
  /** The same part of the workforce in another period. */
  { readonly period: Period; readonly previous?: never; readonly where?: never; }
  |  /** True: the period before this one, of as many whole months where this one is whole months, else of as many days. */
  { readonly period?: never; readonly previous: Scalars['Boolean']['input']; readonly where?: never; }
  |  /** Another part of the workforce in the same period, in place of where. */
  { readonly period?: never; readonly previous?: never; readonly where: WorkforceFilter; };

/** (person, course) pairs whose first event is in the period, and those of them completed since. */
export type Completion = {
  readonly __typename?: 'Completion';
  readonly completed?: Maybe<Scalars['Int']['output']>;
  /** Wilson, 95 %. */
  readonly interval?: Maybe<Interval>;
  readonly rate?: Maybe<Scalars['Float']['output']>;
  readonly started?: Maybe<Scalars['Int']['output']>;
};

export type Content = {
  readonly __typename?: 'Content';
  readonly contributors?: Maybe<Scalars['Int']['output']>;
  /** Mean scaled score, −1 to 1. */
  readonly rating?: Maybe<Scalars['Float']['output']>;
  /** Completions of courses by subject-matter experts, of all. */
  readonly smeShare?: Maybe<Scalars['Float']['output']>;
};

export type Course = {
  readonly __typename?: 'Course';
  readonly author: Scalars['String']['output'];
  readonly delivery: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  readonly skills: ReadonlyArray<Skill>;
};

/**
 * What a report can be cut by. What has no skill, course, author, platform, device or pilot is in no slice of
 * that dimension; who has no department, location, manager or tenure is in the slice where it is null.
 */
export type Dimension =
  | 'AUTHOR'
  | 'COURSE'
  | 'DEPARTMENT'
  | 'DEVICE'
  | 'LOCATION'
  | 'MANAGER'
  | 'PILOT'
  | 'PLATFORM'
  | 'ROLE'
  | 'SEGMENT'
  | 'SKILL'
  | 'TENURE';

export type Effort = {
  readonly __typename?: 'Effort';
  readonly hours?: Maybe<Scalars['Float']['output']>;
  readonly hoursPerActivePerson?: Maybe<Scalars['Float']['output']>;
};

export type EvidenceRate = {
  readonly __typename?: 'EvidenceRate';
  readonly applied?: Maybe<Scalars['Int']['output']>;
  readonly rate?: Maybe<Scalars['Float']['output']>;
  readonly tier: EvidenceTier;
};

/** Weakest first. */
export type EvidenceTier =
  | 'OBSERVED'
  | 'SELF_REPORTED'
  | 'SYSTEM';

/** Of the learning activity whose platform is known. */
export type Flow = {
  readonly __typename?: 'Flow';
  readonly inFlowShare?: Maybe<Scalars['Float']['output']>;
  readonly mobileShare?: Maybe<Scalars['Float']['output']>;
};

export type GapPart = {
  readonly __typename?: 'GapPart';
  readonly composition: Scalars['Float']['output'];
  readonly rate: Scalars['Float']['output'];
  readonly value: Scalars['String']['output'];
};

export type Grain =
  | 'DAY'
  | 'MONTH'
  | 'QUARTER'
  /** ISO weeks, from Monday. */
  | 'WEEK'
  | 'YEAR';

export type Interval = {
  readonly __typename?: 'Interval';
  readonly high: Scalars['Float']['output'];
  readonly low: Scalars['Float']['output'];
};

export type KpiEffect = {
  readonly __typename?: 'KpiEffect';
  readonly benefit?: Maybe<Scalars['Float']['output']>;
  readonly controls: Scalars['Int']['output'];
  readonly effect?: Maybe<Scalars['Float']['output']>;
  readonly interval?: Maybe<Interval>;
  readonly kpi: Scalars['ID']['output'];
  /** Those with observations before and after. */
  readonly learners: Scalars['Int']['output'];
  readonly method?: Maybe<RoiMethod>;
  readonly preTrend?: Maybe<PreTrend>;
  readonly standardError?: Maybe<Scalars['Float']['output']>;
  /** True when there are too few learners or controls to show; both are then 0, and all else is null. */
  readonly suppressed: Scalars['Boolean']['output'];
};

export type NextStep = {
  readonly __typename?: 'NextStep';
  /** Of those who first completed the skill with this course, the share who applied it within 90 days. */
  readonly applicationRate?: Maybe<Scalars['Float']['output']>;
  /** Whose rate it is: role, segment, everyone; none when there are too few of each. */
  readonly basis: Scalars['String']['output'];
  readonly course: Course;
  /** In words. */
  readonly reason: Scalars['String']['output'];
  /** Target less level; who was never assessed has level 0. */
  readonly shortfall: Scalars['Float']['output'];
  readonly skill: Skill;
};

export type PageInfo = {
  readonly __typename?: 'PageInfo';
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
};

export type Participation = {
  readonly __typename?: 'Participation';
  readonly active?: Maybe<Scalars['Int']['output']>;
  readonly headcount?: Maybe<Scalars['Int']['output']>;
  /** Wilson, 95 %. */
  readonly interval?: Maybe<Interval>;
  readonly rate?: Maybe<Scalars['Float']['output']>;
};

export type ParticipationGap = {
  readonly __typename?: 'ParticipationGap';
  readonly a: Participation;
  readonly asOf: Scalars['DateTime']['output'];
  readonly b: Participation;
  /** Kitagawa: make-up and rates, in percentage points. Values too small to show are left out. */
  readonly decomposition?: Maybe<ReadonlyArray<GapPart>>;
  /** Newcombe's method 10, 95 %, in percentage points. */
  readonly interval?: Maybe<Interval>;
  readonly percentagePoints?: Maybe<Scalars['Float']['output']>;
  readonly ratio?: Maybe<Scalars['Float']['output']>;
};

/** Half-open: from is in, to is out. */
export type Period = {
  readonly from: Scalars['Date']['input'];
  /** An IANA name; days, weeks and months begin at its midnight. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
  readonly to: Scalars['Date']['input'];
};

/** As of asOf. Role, segment are null for who has no assignment in force. Needs the scope people/read. */
export type Person = {
  readonly __typename?: 'Person';
  readonly id: Scalars['ID']['output'];
  readonly name?: Maybe<Scalars['String']['output']>;
  /** The largest shortfall first; for each skill the course after which it was applied most often. */
  readonly nextSteps: ReadonlyArray<NextStep>;
  readonly role?: Maybe<Scalars['String']['output']>;
  readonly segment?: Maybe<Segment>;
  /** Those wanted of the role, assessed, trained or applied, by name. */
  readonly skills: ReadonlyArray<PersonSkill>;
  readonly tenure?: Maybe<Scalars['String']['output']>;
};


/** As of asOf. Role, segment are null for who has no assignment in force. Needs the scope people/read. */
export type PersonNextStepsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type PersonConnection = {
  readonly __typename?: 'PersonConnection';
  readonly edges: ReadonlyArray<PersonEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type PersonEdge = {
  readonly __typename?: 'PersonEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Person;
};

export type PersonSkill = {
  readonly __typename?: 'PersonSkill';
  /** When it was last applied. */
  readonly appliedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Last assessed. */
  readonly level?: Maybe<Scalars['Float']['output']>;
  readonly skill: Skill;
  /** Wanted of the role. */
  readonly target?: Maybe<Scalars['Float']['output']>;
  /** When a course that teaches it was last completed. */
  readonly trainedAt?: Maybe<Scalars['DateTime']['output']>;
};

export type PilotDifference = {
  readonly __typename?: 'PilotDifference';
  readonly comparison: Rate;
  /** Newcombe's method 10, 95 %, in percentage points. */
  readonly interval?: Maybe<Interval>;
  readonly percentagePoints?: Maybe<Scalars['Float']['output']>;
  readonly pilot: Rate;
  readonly suppressed: Scalars['Boolean']['output'];
};

/**
 * A pilot's people beside those of the same roles and segments who are not in it. A group that is too small hides
 * the other too, for a report of both less the one would tell it: all counts are then 0, and all else is null.
 */
export type PilotReport = {
  readonly __typename?: 'PilotReport';
  readonly comparison: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  readonly participation: PilotDifference;
  readonly people: Scalars['Int']['output'];
  readonly skillApplication: PilotDifference;
  readonly suppressed: Scalars['Boolean']['output'];
  /** Of the same courses for both, all by default. */
  readonly trainingRoi: PilotRoi;
};


/**
 * A pilot's people beside those of the same roles and segments who are not in it. A group that is too small hides
 * the other too, for a report of both less the one would tell it: all counts are then 0, and all else is null.
 */
export type PilotReportSkillApplicationArgs = {
  windowDays?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * A pilot's people beside those of the same roles and segments who are not in it. A group that is too small hides
 * the other too, for a report of both less the one would tell it: all counts are then 0, and all else is null.
 */
export type PilotReportTrainingRoiArgs = {
  afterDays?: InputMaybe<Scalars['Int']['input']>;
  beforeDays?: InputMaybe<Scalars['Int']['input']>;
  courses?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

export type PilotRoi = {
  readonly __typename?: 'PilotRoi';
  readonly comparison: TrainingRoi;
  readonly pilot: TrainingRoi;
};

/** Of a segment's people, how many are active on a platform. */
export type PlatformReach = {
  readonly __typename?: 'PlatformReach';
  readonly people?: Maybe<Scalars['Int']['output']>;
  readonly platform: Scalars['String']['output'];
  readonly segment: Segment;
  readonly share?: Maybe<Scalars['Float']['output']>;
};

/** The same effect between the two halves of the time before: were the groups drifting apart already? */
export type PreTrend = {
  readonly __typename?: 'PreTrend';
  readonly difference?: Maybe<Scalars['Float']['output']>;
  readonly interval?: Maybe<Interval>;
  readonly warning: Scalars['Boolean']['output'];
};

export type Query = {
  readonly __typename?: 'Query';
  /** Where people work, and what cannot be counted yet. */
  readonly audit: Audit;
  readonly courses: ReadonlyArray<Course>;
  /** rate(a) − rate(b), in percentage points. The headline is a = DESK, b = FRONTLINE. */
  readonly participationGap: ParticipationGap;
  /** In the order of their ids, filtered by what they are as of asOf. Needs the scope people/read. */
  readonly people: PersonConnection;
  /** Null when there is no such person. Needs the scope people/read. */
  readonly person?: Maybe<Person>;
  /** Null when there is no such pilot. */
  readonly pilot?: Maybe<PilotReport>;
  /** Cohorts of people by the bucket in which they were first active, and who of them is active again k buckets later. */
  readonly retention: ReadonlyArray<RetentionCohort>;
  readonly skills: ReadonlyArray<Skill>;
  /** The workforce cut into slices; each metric is a field of the slice. */
  readonly workforce: WorkforceReport;
};


export type QueryAuditArgs = {
  period: Period;
};


export type QueryParticipationGapArgs = {
  a: WorkforceFilter;
  b: WorkforceFilter;
  decomposeBy?: InputMaybe<Dimension>;
  period: Period;
};


export type QueryPeopleArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<WorkforceFilter>;
};


export type QueryPersonArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPilotArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRetentionArgs = {
  grain: Grain;
  period: Period;
  where?: InputMaybe<WorkforceFilter>;
};


export type QueryWorkforceArgs = {
  by?: InputMaybe<ReadonlyArray<Dimension>>;
  compareTo?: InputMaybe<Comparison>;
  grain?: InputMaybe<Grain>;
  period: Period;
  where?: InputMaybe<WorkforceFilter>;
};

export type Rate = {
  readonly __typename?: 'Rate';
  readonly interval?: Maybe<Interval>;
  readonly part: Scalars['Int']['output'];
  readonly rate?: Maybe<Scalars['Float']['output']>;
  readonly whole: Scalars['Int']['output'];
};

export type RetentionCohort = {
  readonly __typename?: 'RetentionCohort';
  readonly bucket: Bucket;
  /** The share active again k buckets later, from k = 0; null for buckets that begin after asOf. */
  readonly returned: ReadonlyArray<Maybe<Scalars['Float']['output']>>;
  /** People first active in the bucket, over all time. */
  readonly size?: Maybe<Scalars['Int']['output']>;
  readonly suppressed: Scalars['Boolean']['output'];
};

export type RoiMethod =
  | 'BEFORE_AFTER'
  | 'DIFFERENCE_IN_DIFFERENCES';

export type Segment =
  | 'DESK'
  | 'FRONTLINE';

export type Skill = {
  readonly __typename?: 'Skill';
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  readonly parent?: Maybe<Skill>;
};

export type SkillApplication = {
  readonly __typename?: 'SkillApplication';
  readonly applied?: Maybe<Scalars['Int']['output']>;
  /** Counting only applications at or above each tier. */
  readonly byEvidence: ReadonlyArray<EvidenceRate>;
  readonly cohort?: Maybe<Scalars['Int']['output']>;
  /** Kaplan–Meier: the share not yet applied after so many days. A long curve is thinned. */
  readonly curve: ReadonlyArray<SurvivalPoint>;
  /** Wilson, 95 %. */
  readonly interval?: Maybe<Interval>;
  /** Of applied pairs whose second window has passed, those applied again in it. */
  readonly maintained?: Maybe<Rate>;
  readonly matured?: Maybe<Scalars['Int']['output']>;
  readonly medianDaysToApply?: Maybe<Scalars['Float']['output']>;
  /** Null without a feed of opportunities. */
  readonly perOpportunity?: Maybe<Scalars['Float']['output']>;
  readonly rate?: Maybe<Scalars['Float']['output']>;
};

/**
 * One slice of the workforce. Its values are those of the same report filtered to it. Every nullable number is
 * null when its denominator is 0 or the slice is suppressed.
 */
export type Slice = {
  readonly __typename?: 'Slice';
  readonly assessment?: Maybe<Assessment>;
  readonly author?: Maybe<Scalars['String']['output']>;
  /** Null without a grain. */
  readonly bucket?: Maybe<Bucket>;
  /** What differs from comparison: one entry a number of the metrics asked for, none without comparison. */
  readonly changes: ReadonlyArray<Change>;
  /** The slice that this one is compared with; null without compareTo, and for a bucket that has no counterpart. */
  readonly comparison?: Maybe<Slice>;
  readonly completion?: Maybe<Completion>;
  readonly content?: Maybe<Content>;
  readonly course?: Maybe<Course>;
  readonly department?: Maybe<Scalars['String']['output']>;
  readonly device?: Maybe<Scalars['String']['output']>;
  readonly effort?: Maybe<Effort>;
  /** Cannot be cut by PLATFORM: every share would be 0 or 1. */
  readonly flow?: Maybe<Flow>;
  readonly headcount?: Maybe<Scalars['Int']['output']>;
  readonly location?: Maybe<Scalars['String']['output']>;
  readonly manager?: Maybe<Scalars['ID']['output']>;
  readonly participation?: Maybe<Participation>;
  readonly pilot?: Maybe<Scalars['ID']['output']>;
  readonly platform?: Maybe<Scalars['String']['output']>;
  readonly role?: Maybe<Scalars['String']['output']>;
  readonly segment?: Maybe<Segment>;
  readonly skill?: Maybe<Skill>;
  readonly skillApplication?: Maybe<SkillApplication>;
  /** True when any of the metrics asked for counts too few people to be shown, here or by subtraction. */
  readonly suppressed: Scalars['Boolean']['output'];
  readonly tenure?: Maybe<Scalars['String']['output']>;
  /** For the courses given, all by default. */
  readonly trainingRoi?: Maybe<TrainingRoi>;
};


/**
 * One slice of the workforce. Its values are those of the same report filtered to it. Every nullable number is
 * null when its denominator is 0 or the slice is suppressed.
 */
export type SliceSkillApplicationArgs = {
  windowDays?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * One slice of the workforce. Its values are those of the same report filtered to it. Every nullable number is
 * null when its denominator is 0 or the slice is suppressed.
 */
export type SliceTrainingRoiArgs = {
  afterDays?: InputMaybe<Scalars['Int']['input']>;
  beforeDays?: InputMaybe<Scalars['Int']['input']>;
  courses?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

export type SurvivalPoint = {
  readonly __typename?: 'SurvivalPoint';
  readonly atRisk: Scalars['Int']['output'];
  readonly day: Scalars['Float']['output'];
  readonly notYetApplied: Scalars['Float']['output'];
};

export type TrainingRoi = {
  readonly __typename?: 'TrainingRoi';
  readonly benefit?: Maybe<Scalars['Float']['output']>;
  readonly benefitCostRatio?: Maybe<Scalars['Float']['output']>;
  readonly completions?: Maybe<Scalars['Int']['output']>;
  readonly cost?: Maybe<Scalars['Float']['output']>;
  /** One a KPI that was observed before and after for at least one learner. */
  readonly effects: ReadonlyArray<KpiEffect>;
  readonly fixedCost?: Maybe<Scalars['Float']['output']>;
  readonly learnerTimeCost?: Maybe<Scalars['Float']['output']>;
  readonly learners?: Maybe<Scalars['Int']['output']>;
  /** Null when no KPI was observed before and after. */
  readonly method?: Maybe<RoiMethod>;
  readonly netBenefit?: Maybe<Scalars['Float']['output']>;
  readonly paybackMonths?: Maybe<Scalars['Float']['output']>;
  readonly perLearnerCost?: Maybe<Scalars['Float']['output']>;
  readonly roi?: Maybe<Scalars['Float']['output']>;
  /** ROI with every effect at the unfavourable, then the favourable end of its interval. */
  readonly sensitivity?: Maybe<Interval>;
};

export type Unmapped = {
  readonly __typename?: 'Unmapped';
  readonly id: Scalars['String']['output'];
  readonly statements: Scalars['Int']['output'];
};

/** Every list is an OR, so that an empty one matches nothing; the fields together are an AND. */
export type WorkforceFilter = {
  readonly courses?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly departments?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly locations?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly managers?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly people?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly pilots?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly platforms?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly roles?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly segments?: InputMaybe<ReadonlyArray<Segment>>;
  readonly skills?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly tenures?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type WorkforceReport = {
  readonly __typename?: 'WorkforceReport';
  readonly asOf: Scalars['DateTime']['output'];
  readonly definitionVersion: Scalars['String']['output'];
  readonly ruleSetVersion: Scalars['String']['output'];
  readonly slices: ReadonlyArray<Slice>;
  /** Share of the period's statements that mapped to no person or to no rule. */
  readonly unmappedShare: Scalars['Float']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Assessment: ResolverTypeWrapper<Assessment>;
  Audit: ResolverTypeWrapper<AuditedPeriod>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Bucket: ResolverTypeWrapper<Bucket>;
  Change: ResolverTypeWrapper<Change>;
  Comparison: Comparison;
  Completion: ResolverTypeWrapper<Completion>;
  Content: ResolverTypeWrapper<Content>;
  Course: ResolverTypeWrapper<CourseRecord>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Dimension: Dimension;
  Effort: ResolverTypeWrapper<Effort>;
  EvidenceRate: ResolverTypeWrapper<EvidenceRate>;
  EvidenceTier: EvidenceTier;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Flow: ResolverTypeWrapper<Flow>;
  GapPart: ResolverTypeWrapper<GapPart>;
  Grain: Grain;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Interval: ResolverTypeWrapper<Interval>;
  KpiEffect: ResolverTypeWrapper<MeasuredEffect>;
  NextStep: ResolverTypeWrapper<NextStepRecord>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Participation: ResolverTypeWrapper<Participation>;
  ParticipationGap: ResolverTypeWrapper<ParticipationGap>;
  Period: Period;
  Person: ResolverTypeWrapper<PersonRecord>;
  PersonConnection: ResolverTypeWrapper<Omit<PersonConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['PersonEdge']> }>;
  PersonEdge: ResolverTypeWrapper<Omit<PersonEdge, 'node'> & { node: ResolversTypes['Person'] }>;
  PersonSkill: ResolverTypeWrapper<PersonSkillRecord>;
  PilotDifference: ResolverTypeWrapper<PilotDifference>;
  PilotReport: ResolverTypeWrapper<MeasuredPilot>;
  PilotRoi: ResolverTypeWrapper<Omit<PilotRoi, 'comparison' | 'pilot'> & { comparison: ResolversTypes['TrainingRoi'], pilot: ResolversTypes['TrainingRoi'] }>;
  PlatformReach: ResolverTypeWrapper<PlatformReach>;
  PreTrend: ResolverTypeWrapper<PreTrend>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Rate: ResolverTypeWrapper<Rate>;
  RetentionCohort: ResolverTypeWrapper<RetentionCohort>;
  RoiMethod: RoiMethod;
  Segment: Segment;
  Skill: ResolverTypeWrapper<SkillRecord>;
  SkillApplication: ResolverTypeWrapper<SkillApplication>;
  Slice: ResolverTypeWrapper<ReportSlice>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  SurvivalPoint: ResolverTypeWrapper<SurvivalPoint>;
  TrainingRoi: ResolverTypeWrapper<Omit<TrainingRoi, 'effects'> & { effects: ReadonlyArray<ResolversTypes['KpiEffect']> }>;
  Unmapped: ResolverTypeWrapper<Unmapped>;
  WorkforceFilter: WorkforceFilter;
  WorkforceReport: ResolverTypeWrapper<Report>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Assessment: Assessment;
  Audit: AuditedPeriod;
  Boolean: Scalars['Boolean']['output'];
  Bucket: Bucket;
  Change: Change;
  Comparison: Comparison;
  Completion: Completion;
  Content: Content;
  Course: CourseRecord;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Effort: Effort;
  EvidenceRate: EvidenceRate;
  Float: Scalars['Float']['output'];
  Flow: Flow;
  GapPart: GapPart;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Interval: Interval;
  KpiEffect: MeasuredEffect;
  NextStep: NextStepRecord;
  PageInfo: PageInfo;
  Participation: Participation;
  ParticipationGap: ParticipationGap;
  Period: Period;
  Person: PersonRecord;
  PersonConnection: Omit<PersonConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['PersonEdge']> };
  PersonEdge: Omit<PersonEdge, 'node'> & { node: ResolversParentTypes['Person'] };
  PersonSkill: PersonSkillRecord;
  PilotDifference: PilotDifference;
  PilotReport: MeasuredPilot;
  PilotRoi: Omit<PilotRoi, 'comparison' | 'pilot'> & { comparison: ResolversParentTypes['TrainingRoi'], pilot: ResolversParentTypes['TrainingRoi'] };
  PlatformReach: PlatformReach;
  PreTrend: PreTrend;
  Query: Record<PropertyKey, never>;
  Rate: Rate;
  RetentionCohort: RetentionCohort;
  Skill: SkillRecord;
  SkillApplication: SkillApplication;
  Slice: ReportSlice;
  String: Scalars['String']['output'];
  SurvivalPoint: SurvivalPoint;
  TrainingRoi: Omit<TrainingRoi, 'effects'> & { effects: ReadonlyArray<ResolversParentTypes['KpiEffect']> };
  Unmapped: Unmapped;
  WorkforceFilter: WorkforceFilter;
  WorkforceReport: Report;
};

export type AssessmentResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Assessment'] = ResolversParentTypes['Assessment']> = {
  attempts?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  meanScore?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  passRate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  passRateInterval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  quantiles?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Float']>>, ParentType, ContextType>;
};

export type AuditResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Audit'] = ResolversParentTypes['Audit']> = {
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reach?: Resolver<ReadonlyArray<ResolversTypes['PlatformReach']>, ParentType, ContextType>;
  unmappedActivities?: Resolver<ReadonlyArray<ResolversTypes['Unmapped']>, ParentType, ContextType, RequireFields<AuditUnmappedActivitiesArgs, 'first'>>;
  unmappedActors?: Resolver<ReadonlyArray<ResolversTypes['Unmapped']>, ParentType, ContextType, RequireFields<AuditUnmappedActorsArgs, 'first'>>;
  unmappedPlatforms?: Resolver<ReadonlyArray<ResolversTypes['Unmapped']>, ParentType, ContextType, RequireFields<AuditUnmappedPlatformsArgs, 'first'>>;
  unmappedVerbs?: Resolver<ReadonlyArray<ResolversTypes['Unmapped']>, ParentType, ContextType, RequireFields<AuditUnmappedVerbsArgs, 'first'>>;
};

export type BucketResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Bucket'] = ResolversParentTypes['Bucket']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ChangeResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  difference?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  measure?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CompletionResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Completion'] = ResolversParentTypes['Completion']> = {
  completed?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  started?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ContentResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Content'] = ResolversParentTypes['Content']> = {
  contributors?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rating?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  smeShare?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type CourseResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Course'] = ResolversParentTypes['Course']> = {
  author?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  delivery?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  skills?: Resolver<ReadonlyArray<ResolversTypes['Skill']>, ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EffortResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Effort'] = ResolversParentTypes['Effort']> = {
  hours?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  hoursPerActivePerson?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type EvidenceRateResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['EvidenceRate'] = ResolversParentTypes['EvidenceRate']> = {
  applied?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['EvidenceTier'], ParentType, ContextType>;
};

export type FlowResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Flow'] = ResolversParentTypes['Flow']> = {
  inFlowShare?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  mobileShare?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type GapPartResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['GapPart'] = ResolversParentTypes['GapPart']> = {
  composition?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  rate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IntervalResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Interval'] = ResolversParentTypes['Interval']> = {
  high?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  low?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type KpiEffectResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['KpiEffect'] = ResolversParentTypes['KpiEffect']> = {
  benefit?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  controls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  effect?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  kpi?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  learners?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  method?: Resolver<Maybe<ResolversTypes['RoiMethod']>, ParentType, ContextType>;
  preTrend?: Resolver<Maybe<ResolversTypes['PreTrend']>, ParentType, ContextType>;
  standardError?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  suppressed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type NextStepResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['NextStep'] = ResolversParentTypes['NextStep']> = {
  applicationRate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  basis?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  course?: Resolver<ResolversTypes['Course'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  shortfall?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  skill?: Resolver<ResolversTypes['Skill'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ParticipationResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Participation'] = ResolversParentTypes['Participation']> = {
  active?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  headcount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type ParticipationGapResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['ParticipationGap'] = ResolversParentTypes['ParticipationGap']> = {
  a?: Resolver<ResolversTypes['Participation'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  b?: Resolver<ResolversTypes['Participation'], ParentType, ContextType>;
  decomposition?: Resolver<Maybe<ReadonlyArray<ResolversTypes['GapPart']>>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  percentagePoints?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  ratio?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type PersonResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Person'] = ResolversParentTypes['Person']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nextSteps?: Resolver<ReadonlyArray<ResolversTypes['NextStep']>, ParentType, ContextType, RequireFields<PersonNextStepsArgs, 'first'>>;
  role?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  segment?: Resolver<Maybe<ResolversTypes['Segment']>, ParentType, ContextType>;
  skills?: Resolver<ReadonlyArray<ResolversTypes['PersonSkill']>, ParentType, ContextType>;
  tenure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PersonConnectionResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PersonConnection'] = ResolversParentTypes['PersonConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PersonEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PersonEdgeResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PersonEdge'] = ResolversParentTypes['PersonEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Person'], ParentType, ContextType>;
};

export type PersonSkillResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PersonSkill'] = ResolversParentTypes['PersonSkill']> = {
  appliedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  level?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  skill?: Resolver<ResolversTypes['Skill'], ParentType, ContextType>;
  target?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  trainedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type PilotDifferenceResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PilotDifference'] = ResolversParentTypes['PilotDifference']> = {
  comparison?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  percentagePoints?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  pilot?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  suppressed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PilotReportResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PilotReport'] = ResolversParentTypes['PilotReport']> = {
  comparison?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  participation?: Resolver<ResolversTypes['PilotDifference'], ParentType, ContextType>;
  people?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  skillApplication?: Resolver<ResolversTypes['PilotDifference'], ParentType, ContextType, RequireFields<PilotReportSkillApplicationArgs, 'windowDays'>>;
  suppressed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  trainingRoi?: Resolver<ResolversTypes['PilotRoi'], ParentType, ContextType, RequireFields<PilotReportTrainingRoiArgs, 'afterDays' | 'beforeDays'>>;
};

export type PilotRoiResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PilotRoi'] = ResolversParentTypes['PilotRoi']> = {
  comparison?: Resolver<ResolversTypes['TrainingRoi'], ParentType, ContextType>;
  pilot?: Resolver<ResolversTypes['TrainingRoi'], ParentType, ContextType>;
};

export type PlatformReachResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PlatformReach'] = ResolversParentTypes['PlatformReach']> = {
  people?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  segment?: Resolver<ResolversTypes['Segment'], ParentType, ContextType>;
  share?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type PreTrendResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['PreTrend'] = ResolversParentTypes['PreTrend']> = {
  difference?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  warning?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  audit?: Resolver<ResolversTypes['Audit'], ParentType, ContextType, RequireFields<QueryAuditArgs, 'period'>>;
  courses?: Resolver<ReadonlyArray<ResolversTypes['Course']>, ParentType, ContextType>;
  participationGap?: Resolver<ResolversTypes['ParticipationGap'], ParentType, ContextType, RequireFields<QueryParticipationGapArgs, 'a' | 'b' | 'period'>>;
  people?: Resolver<ResolversTypes['PersonConnection'], ParentType, ContextType, RequireFields<QueryPeopleArgs, 'first'>>;
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType, RequireFields<QueryPersonArgs, 'id'>>;
  pilot?: Resolver<Maybe<ResolversTypes['PilotReport']>, ParentType, ContextType, RequireFields<QueryPilotArgs, 'id'>>;
  retention?: Resolver<ReadonlyArray<ResolversTypes['RetentionCohort']>, ParentType, ContextType, RequireFields<QueryRetentionArgs, 'grain' | 'period'>>;
  skills?: Resolver<ReadonlyArray<ResolversTypes['Skill']>, ParentType, ContextType>;
  workforce?: Resolver<ResolversTypes['WorkforceReport'], ParentType, ContextType, RequireFields<QueryWorkforceArgs, 'by' | 'period'>>;
};

export type RateResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Rate'] = ResolversParentTypes['Rate']> = {
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  part?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  whole?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RetentionCohortResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['RetentionCohort'] = ResolversParentTypes['RetentionCohort']> = {
  bucket?: Resolver<ResolversTypes['Bucket'], ParentType, ContextType>;
  returned?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Float']>>, ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  suppressed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SkillResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Skill'] = ResolversParentTypes['Skill']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parent?: Resolver<Maybe<ResolversTypes['Skill']>, ParentType, ContextType>;
};

export type SkillApplicationResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['SkillApplication'] = ResolversParentTypes['SkillApplication']> = {
  applied?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  byEvidence?: Resolver<ReadonlyArray<ResolversTypes['EvidenceRate']>, ParentType, ContextType>;
  cohort?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  curve?: Resolver<ReadonlyArray<ResolversTypes['SurvivalPoint']>, ParentType, ContextType>;
  interval?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
  maintained?: Resolver<Maybe<ResolversTypes['Rate']>, ParentType, ContextType>;
  matured?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  medianDaysToApply?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  perOpportunity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SliceResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Slice'] = ResolversParentTypes['Slice']> = {
  assessment?: Resolver<Maybe<ResolversTypes['Assessment']>, ParentType, ContextType>;
  author?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bucket?: Resolver<Maybe<ResolversTypes['Bucket']>, ParentType, ContextType>;
  changes?: Resolver<ReadonlyArray<ResolversTypes['Change']>, ParentType, ContextType>;
  comparison?: Resolver<Maybe<ResolversTypes['Slice']>, ParentType, ContextType>;
  completion?: Resolver<Maybe<ResolversTypes['Completion']>, ParentType, ContextType>;
  content?: Resolver<Maybe<ResolversTypes['Content']>, ParentType, ContextType>;
  course?: Resolver<Maybe<ResolversTypes['Course']>, ParentType, ContextType>;
  department?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  device?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  effort?: Resolver<Maybe<ResolversTypes['Effort']>, ParentType, ContextType>;
  flow?: Resolver<Maybe<ResolversTypes['Flow']>, ParentType, ContextType>;
  headcount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  manager?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  participation?: Resolver<Maybe<ResolversTypes['Participation']>, ParentType, ContextType>;
  pilot?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  platform?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  segment?: Resolver<Maybe<ResolversTypes['Segment']>, ParentType, ContextType>;
  skill?: Resolver<Maybe<ResolversTypes['Skill']>, ParentType, ContextType>;
  skillApplication?: Resolver<Maybe<ResolversTypes['SkillApplication']>, ParentType, ContextType, RequireFields<SliceSkillApplicationArgs, 'windowDays'>>;
  suppressed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  tenure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trainingRoi?: Resolver<Maybe<ResolversTypes['TrainingRoi']>, ParentType, ContextType, RequireFields<SliceTrainingRoiArgs, 'afterDays' | 'beforeDays'>>;
};

export type SurvivalPointResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['SurvivalPoint'] = ResolversParentTypes['SurvivalPoint']> = {
  atRisk?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  day?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  notYetApplied?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type TrainingRoiResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['TrainingRoi'] = ResolversParentTypes['TrainingRoi']> = {
  benefit?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  benefitCostRatio?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  completions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  cost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  effects?: Resolver<ReadonlyArray<ResolversTypes['KpiEffect']>, ParentType, ContextType>;
  fixedCost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  learnerTimeCost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  learners?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  method?: Resolver<Maybe<ResolversTypes['RoiMethod']>, ParentType, ContextType>;
  netBenefit?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  paybackMonths?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  perLearnerCost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  roi?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  sensitivity?: Resolver<Maybe<ResolversTypes['Interval']>, ParentType, ContextType>;
};

export type UnmappedResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['Unmapped'] = ResolversParentTypes['Unmapped']> = {
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  statements?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type WorkforceReportResolvers<ContextType = AnalyticsContext, ParentType extends ResolversParentTypes['WorkforceReport'] = ResolversParentTypes['WorkforceReport']> = {
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  definitionVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  ruleSetVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  slices?: Resolver<ReadonlyArray<ResolversTypes['Slice']>, ParentType, ContextType>;
  unmappedShare?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type Resolvers<ContextType = AnalyticsContext> = {
  Assessment?: AssessmentResolvers<ContextType>;
  Audit?: AuditResolvers<ContextType>;
  Bucket?: BucketResolvers<ContextType>;
  Change?: ChangeResolvers<ContextType>;
  Completion?: CompletionResolvers<ContextType>;
  Content?: ContentResolvers<ContextType>;
  Course?: CourseResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Effort?: EffortResolvers<ContextType>;
  EvidenceRate?: EvidenceRateResolvers<ContextType>;
  Flow?: FlowResolvers<ContextType>;
  GapPart?: GapPartResolvers<ContextType>;
  Interval?: IntervalResolvers<ContextType>;
  KpiEffect?: KpiEffectResolvers<ContextType>;
  NextStep?: NextStepResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Participation?: ParticipationResolvers<ContextType>;
  ParticipationGap?: ParticipationGapResolvers<ContextType>;
  Person?: PersonResolvers<ContextType>;
  PersonConnection?: PersonConnectionResolvers<ContextType>;
  PersonEdge?: PersonEdgeResolvers<ContextType>;
  PersonSkill?: PersonSkillResolvers<ContextType>;
  PilotDifference?: PilotDifferenceResolvers<ContextType>;
  PilotReport?: PilotReportResolvers<ContextType>;
  PilotRoi?: PilotRoiResolvers<ContextType>;
  PlatformReach?: PlatformReachResolvers<ContextType>;
  PreTrend?: PreTrendResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Rate?: RateResolvers<ContextType>;
  RetentionCohort?: RetentionCohortResolvers<ContextType>;
  Skill?: SkillResolvers<ContextType>;
  SkillApplication?: SkillApplicationResolvers<ContextType>;
  Slice?: SliceResolvers<ContextType>;
  SurvivalPoint?: SurvivalPointResolvers<ContextType>;
  TrainingRoi?: TrainingRoiResolvers<ContextType>;
  Unmapped?: UnmappedResolvers<ContextType>;
  WorkforceReport?: WorkforceReportResolvers<ContextType>;
};

