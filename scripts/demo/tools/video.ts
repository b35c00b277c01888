/**
 * The video platform, after the xAPI Video Profile 1.0.3: one session id from initialized to
 * terminated, times in seconds with three decimals, segments watched, progress.
 */
import type { Activity, Agent } from '../../../statements/statement.ts';
import { visitMonth } from '../activity.ts';
import { DOMAIN } from '../names.ts';
import { pickWorkMoment, type Segment } from '../organisation.ts';
import { createRandom, type Random } from '../random.ts';
import {
  describeVerb,
  formatTimestamp,
  identifyByMail,
  send,
  type SentStatement,
  type World,
} from './sent-statement.ts';

const PROFILE = 'https://w3id.org/xapi/video';
const EXTENSIONS = `${PROFILE}/extensions`;
const VERBS = {
  initialized: describeVerb('http://adlnet.gov/expapi/verbs/initialized', 'initialized'),
  played: describeVerb(`${PROFILE}/verbs/played`, 'played'),
  paused: describeVerb(`${PROFILE}/verbs/paused`, 'paused'),
  seeked: describeVerb(`${PROFILE}/verbs/seeked`, 'seeked'),
  completed: describeVerb('http://adlnet.gov/expapi/verbs/completed', 'completed'),
  terminated: describeVerb('http://adlnet.gov/expapi/verbs/terminated', 'terminated'),
} as const;

/** Slug, title, length in seconds, whom it is for. */
const LIBRARY: readonly (readonly [string, string, number, Segment])[] = [
  ['spring-range-2', 'What’s new: the spring range', 312, 'FRONTLINE'],
  ['knife-care', 'Knives: sharp, clean, safe', 274, 'FRONTLINE'],
  ['queue-opening', 'When to open the next till', 186, 'FRONTLINE'],
  ['cheese-counter', 'Talking cheese at the counter', 421, 'FRONTLINE'],
  ['pallet-wrap', 'Wrapping a pallet that stays up', 203, 'FRONTLINE'],
  ['difficult-moment', 'A difficult moment, handled well', 365, 'FRONTLINE'],
  ['allergens', 'Fourteen allergens in five minutes', 301, 'FRONTLINE'],
  ['night-fill', 'Night fill: the first twenty minutes', 248, 'FRONTLINE'],
  ['town-hall', 'Town hall: the quarter in figures', 1460, 'DESK'],
  ['pivot-tables', 'Pivot tables without fear', 688, 'DESK'],
  ['range-review', 'How we review a range', 934, 'DESK'],
  ['feedback', 'Feedback that lands', 512, 'DESK'],
  ['supplier-day', 'Supplier day: what they told us', 1105, 'DESK'],
  ['forecasting', 'Forecasting demand for a long weekend', 846, 'DESK'],
  ['phishing', 'Spot the phish', 397, 'DESK'],
  ['meetings', 'Meetings half as long', 455, 'DESK'],
];

const SESSIONS_A_MONTH = { DESK: 1.9, FRONTLINE: 0.7 } as const;

export function* watchVideos(world: World, month: number): Generator<SentStatement> {
  const visitors = visitMonth(world.seed, 'video', world.organisation, world.calendar, month);
  for (const { person, assignment, from, to, random } of visitors) {
    const actor = identifyByMail(person);
    if (actor === null) continue;
    const sessions = Math.floor(SESSIONS_A_MONTH[assignment.segment] + random.next());
    const shelf = LIBRARY.filter(([, , , segment]) => segment === assignment.segment);
    for (let i = 0; i < sessions; i += 1) {
      const at = pickWorkMoment(random, assignment.segment, from, to);
      yield* playVideo(random.uuid(), actor, random.pick(shelf), at);
    }
  }
}

function* playVideo(
  session: string,
  actor: Agent,
  [slug, title, length]: (typeof LIBRARY)[number],
  startsAt: number,
): Generator<SentStatement> {
  const random = createRandom('session', session);
  const object: Activity = {
    objectType: 'Activity',
    id: `https://video.${DOMAIN}/watch/${slug}`,
    definition: { type: `${PROFILE}/activity-type/video`, name: { 'en-US': title } },
  };
  const report = (
    verb: keyof typeof VERBS,
    at: number,
    result: Readonly<Record<string, unknown>> | null,
    more: { readonly completion?: true; readonly duration?: string } = {},
  ): SentStatement =>
    send('video', at + 1_200, {
      id: random.uuid(),
      actor,
      verb: VERBS[verb],
      object,
      ...(result === null ? {} : { result: { ...more, extensions: extend(result) } }),
      context: {
        platform: 'rye-video',
        contextActivities: { category: [{ id: PROFILE }] },
        extensions: extend({ 'session-id': session, length, 'completion-threshold': 0.95 }),
      },
      timestamp: formatTimestamp(at),
      version: '1.0.3',
    });

  const watched = new Watch(random, length, startsAt);
  yield report('initialized', watched.at, null);
  yield report('played', watched.play(2), { time: watched.time });
  if (random.chance(0.45)) {
    yield report('paused', watched.watch(random.between(0.1, 0.5)), watched.describe());
    yield report('played', watched.play(random.between(10, 240)), { time: watched.time });
  }
  if (random.chance(0.3)) {
    const [before, after] = watched.seek(random.between(-0.2, 0.2));
    yield report('seeked', watched.at, { 'time-from': before, 'time-to': after });
  }
  if (random.chance(0.55)) {
    const at = watched.watch(1);
    yield report('completed', at, watched.describe(), {
      completion: true,
      duration: `PT${(at - startsAt) / 1000}S`,
    });
  } else yield report('paused', watched.watch(random.between(0.2, 0.9)), watched.describe());
  yield report('terminated', watched.at + 3_000, watched.describe());
}

/** Where somebody is in a video, and when. */
class Watch {
  readonly #length: number;
  readonly #random: Random;
  readonly #segments: string[] = [];
  #segmentStart = 0;
  at: number;
  time = 0;

  constructor(random: Random, length: number, at: number) {
    this.#random = random;
    this.#length = length;
    this.at = at;
  }

  play(afterSeconds: number): number {
    this.#segmentStart = this.time;
    this.at += Math.round(afterSeconds * 1000);
    return this.at;
  }

  /** Watches on to a share of what is left. */
  watch(share: number): number {
    const seconds = (this.#length - this.time) * share;
    this.at += Math.round(seconds * 1000);
    this.time = roundToMillis(this.time + seconds);
    this.#segments.push(`${this.#segmentStart}[.]${this.time}`);
    this.#segmentStart = this.time;
    return this.at;
  }

  /** Jumps by a share of the length after a while; from where, to where. */
  seek(share: number): readonly [number, number] {
    this.watch(this.#random.between(0.05, 0.2));
    const before = this.time;
    this.time = roundToMillis(Math.min(this.#length, Math.max(0, before + share * this.#length)));
    this.#segmentStart = this.time;
    return [before, this.time];
  }

  describe(): Readonly<Record<string, unknown>> {
    return {
      time: this.time,
      progress: roundToMillis(this.time / this.#length),
      'played-segments': this.#segments.join('[,]'),
    };
  }
}

function extend(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${EXTENSIONS}/${name}`, value]),
  );
}

function roundToMillis(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
