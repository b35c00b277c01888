/** Three things a manager would want to hear, asked of the server through GraphQL once the demo is in. */
import { describeTruths, type ApplicationTruth, type EffectTruth, type Period } from './truths.ts';

export interface Finding {
  readonly title: string;
  readonly text: string;
}

/** Answers the data of one GraphQL query. */
export type Ask = (query: string) => Promise<unknown>;

export interface GapAnswer {
  readonly percentagePoints: number | null;
  readonly interval: Interval | null;
  readonly a: { readonly rate: number | null };
  readonly b: { readonly rate: number | null };
}

export interface ApplicationAnswer {
  readonly matured: number | null;
  readonly rate: number | null;
  readonly interval: Interval | null;
  readonly medianDaysToApply: number | null;
}

export interface RoiAnswer {
  readonly learners: number | null;
  readonly roi: number | null;
  readonly method: string | null;
  readonly effects: readonly EffectAnswer[];
}

export interface EffectAnswer {
  readonly kpi: string;
  readonly learners: number;
  readonly controls: number;
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly preTrend: { readonly warning: boolean } | null;
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

export async function findInsights(ask: Ask, end: string): Promise<readonly Finding[]> {
  const { gaps, applications, effects } = describeTruths(end);
  const early = await askGap(ask, gaps.early.period);
  const recent = await askGap(ask, gaps.recent.period);
  const slow = await askApplication(ask, applications.slow);
  const inFlow = await askApplication(ask, applications.inFlow);
  const works = await askRoi(ask, effects.works);
  const doesNothing = await askRoi(ask, effects.doesNothing);
  return [
    {
      title: 'Who takes part',
      text: `The desk is ahead of the frontline by ${formatPoints(recent)}; before the shift app it was ${formatPoints(early)}.`,
    },
    {
      title: 'What reaches the job',
      text:
        `${applications.inFlow.skillName}, learned on the phone, is in use after ${formatDays(inFlow)}; ` +
        `${applications.slow.skillName}, learned in a course, after ${formatDays(slow)}.`,
    },
    {
      title: 'What pays',
      text: `${effects.works.courseName} ${formatRoi(works)}; ${effects.doesNothing.courseName} ${formatRoi(doesNothing)}.`,
    },
  ];
}

export async function askGap(ask: Ask, { from, to }: Period): Promise<GapAnswer> {
  const data = (await ask(`{
    participationGap(
      period: {from: "${from}", to: "${to}"}
      a: {segments: [DESK]}
      b: {segments: [FRONTLINE]}
    ) { percentagePoints interval { low high } a { rate } b { rate } }
  }`)) as { readonly participationGap: GapAnswer };
  return data.participationGap;
}

export async function askApplication(
  ask: Ask,
  { period, skillId, windowDays }: ApplicationTruth,
): Promise<ApplicationAnswer | null> {
  const data = (await ask(`{
    workforce(
      period: {from: "${period.from}", to: "${period.to}"}
      by: [SKILL]
      where: {skills: ["${skillId}"]}
    ) {
      slices {
        skill { id }
        skillApplication(windowDays: ${windowDays}) { matured rate interval { low high } medianDaysToApply }
      }
    }
  }`)) as {
    readonly workforce: {
      readonly slices: readonly {
        readonly skill: { readonly id: string } | null;
        readonly skillApplication: ApplicationAnswer | null;
      }[];
    };
  };
  const slice = data.workforce.slices.find(({ skill }) => skill?.id === skillId);
  return slice?.skillApplication ?? null;
}

export async function askRoi(
  ask: Ask,
  { period, courseId, beforeDays, afterDays }: EffectTruth,
): Promise<RoiAnswer | null> {
  const data = (await ask(`{
    workforce(period: {from: "${period.from}", to: "${period.to}"}) {
      slices {
        trainingRoi(courses: ["${courseId}"], beforeDays: ${beforeDays}, afterDays: ${afterDays}) {
          learners
          roi
          method
          effects {
            kpi learners controls effect interval { low high } preTrend { warning }
          }
        }
      }
    }
  }`)) as {
    readonly workforce: { readonly slices: readonly { readonly trainingRoi: RoiAnswer | null }[] };
  };
  return data.workforce.slices[0]?.trainingRoi ?? null;
}

function formatPoints({ percentagePoints, interval }: GapAnswer): string {
  if (percentagePoints === null) return 'an amount too few people know';
  const range =
    interval === null ? '' : ` (${interval.low.toFixed(0)} to ${interval.high.toFixed(0)})`;
  return `${percentagePoints.toFixed(0)} points${range}`;
}

function formatDays(answer: ApplicationAnswer | null): string {
  const days = answer?.medianDaysToApply ?? null;
  return days === null
    ? 'longer than can be said'
    : `${days.toFixed(0)} days for half of the people`;
}

function formatRoi(answer: RoiAnswer | null): string {
  const roi = answer?.roi ?? null;
  if (roi === null) return 'has no return that can be stated';
  const percent = `ROI ${roi < 0 ? '−' : ''}${Math.abs(roi * 100).toFixed(0)} %`;
  return roi < 0 ? `does not earn its cost back (${percent})` : `earns it back (${percent})`;
}
