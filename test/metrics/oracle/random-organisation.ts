import type { ExampleWorld } from '../../../graphql/metrics/metric.ts';

type Json = Record<string, unknown>;

/** A small generator (mulberry32): the same seed gives the same organisation on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Few values for everything, and instants on a coarse grid, so that ties and edges are common. */
export function inventOrganisation(seed: number): ExampleWorld {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const maybe = <T>(chance: number, value: () => T): T | undefined =>
    random() < chance ? value() : undefined;
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const day = (from: string, days: number): string =>
    new Date(Date.parse(from) + Math.floor(random() * days) * 86_400_000)
      .toISOString()
      .slice(0, 10);
  const moment = (): string =>
    new Date(
      Date.parse('2025-06-01') + Math.floor(random() * 480) * 86_400_000 + pick([0, 0, 3_600_000]),
    ).toISOString();

  const people = times(14, (index): Json => ({
    id: `p${index}`,
    hiredOn: maybe(0.8, () => day('2021-01-01', 1900)),
    leftOn: maybe(0.3, () => day('2025-12-01', 300)),
  }));
  const ids = people.map((person) => String(person['id']));
  const assignments = ids.flatMap((personId) =>
    [...new Set(times(1 + Math.floor(random() * 3), () => day('2025-03-01', 420)))].map(
      (from): Json => ({
        personId,
        from,
        role: pick(['cook', 'chef']),
        segment: pick(['FRONTLINE', 'DESK']),
        department: maybe(0.7, () => pick(['d1', 'd2'])),
        location: maybe(0.7, () => pick(['l1', 'l2'])),
        managerId: maybe(0.5, () => pick(ids)),
        hourlyCost: maybe(0.8, () => 10 + Math.floor(random() * 20)),
      }),
    ),
  );
  const skills = ['s:1', 's:2', 's:3'].map((id): Json => ({ id }));
  const courses = ['c:1', 'c:2', 'c:3'].map((id): Json => ({
    id,
    skills: skills.map((skill) => skill['id']).filter(() => random() < 0.5),
    author: pick(['SME', 'L_AND_D']),
    fixedCost: maybe(0.7, () => 100),
    costPerLearner: maybe(0.7, () => 7),
    expectedMinutes: maybe(0.7, () => 45),
  }));
  const events = times(160, (): Json[] => {
    const course = pick([...courses, null]);
    const base = {
      person: pick(ids),
      at: moment(),
      platform: maybe(0.6, () => pick(['m', 'w', 't', 'unknown'])),
    };
    const kind = pick(['ENGAGED', 'COMPLETED', 'APPLIED', 'APPLIED']);
    if (kind === 'APPLIED')
      return [
        {
          ...base,
          kind,
          skill: pick(skills)['id'],
          tier: pick(['SELF_REPORTED', 'SYSTEM', 'OBSERVED']),
        },
      ];
    const seconds = maybe(0.5, () => Math.floor(random() * 5000));
    if (kind === 'ENGAGED' || course === null)
      return [{ ...base, kind: 'ENGAGED', course: course?.['id'], seconds }];
    const taught = course['skills'] as string[];
    return (taught.length === 0 ? [undefined] : taught).map((skill, index) => ({
      ...base,
      kind,
      course: course['id'],
      skill,
      seconds: index === 0 ? seconds : undefined,
    }));
  }).flat();
  function inventSession({ seconds }: Json): string | undefined {
    return seconds === undefined ? undefined : maybe(0.5, () => pick(['a', 'b', 'c']));
  }
  function inventAct(): Json {
    return {
      person: pick(ids),
      at: moment(),
      kind: pick(['ASSESSED', 'ASSESSED', 'RATED', 'CONTRIBUTED']),
      course: maybe(0.7, () => pick(courses)['id']),
      skill: maybe(0.3, () => pick(skills)['id']),
      platform: maybe(0.6, () => pick(['m', 'w', 't', 'unknown'])),
      activity: maybe(0.9, () => pick(['exam', 'test'])),
      score: maybe(0.8, () => Math.floor(random() * 21) / 10 - 1),
      success: maybe(0.7, () => random() < 0.5),
      seconds: maybe(0.3, () => Math.floor(random() * 5000)),
    };
  }
  return {
    people,
    assignments,
    skills,
    courses,
    platforms: [
      { id: 'm', device: 'MOBILE', inFlow: true },
      { id: 'w', device: 'DESKTOP' },
      { id: 't', device: 'MOBILE' },
    ],
    pilots: [
      { id: 'x', personIds: ids.slice(0, 6), from: '2026-01-01' },
      { id: 'y', personIds: ids.slice(4, 9), from: '2026-01-01' },
    ],
    kpis: [
      { id: 'k1', valuePerUnit: 30, isolation: 0.8, confidence: 0.9 },
      { id: 'k2', valuePerUnit: -12, isolation: 1, confidence: 1 },
    ],
    observations: distinct(
      times(420, (): Json => ({
        kpiId: pick(['k1', 'k2']),
        personId: pick(ids),
        at: moment(),
        value: Math.floor(random() * 40) / 4,
      })),
    ),
    events: [
      ...events.map((event): Json => ({ ...event, session: inventSession(event) })),
      ...times(90, inventAct),
    ],
  };
}

function distinct(observations: readonly Json[]): Json[] {
  return [
    ...new Map(
      observations.map((o) => [JSON.stringify([o['kpiId'], o['personId'], o['at']]), o]),
    ).values(),
  ];
}
