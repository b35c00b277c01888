import type { ExampleWorld } from './metric.ts';

type Records = readonly Readonly<Record<string, unknown>>[];

/**
 * A small organisation for an example. What a record leaves out is as `EXAMPLE_DEFAULTS` says; events stand in
 * for statements and name people, courses and skills by id.
 */
export interface ExampleOrganisation {
  /** `id: 'role SEGMENT'`; in force since 2020. */
  readonly staff?: Readonly<Record<string, string>>;
  readonly people?: Records;
  readonly assignments?: Records;
  readonly skills?: Records;
  readonly courses?: Records;
  readonly kpis?: Records;
  readonly observations?: Records;
  readonly platforms?: Records;
  readonly pilots?: Records;
  readonly events?: Records;
}

export const EXAMPLE_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  people: { agents: [] },
  skills: { name: 'a skill' },
  courses: { name: 'a course', skills: [], delivery: 'FORMAL', author: 'L_AND_D' },
  kpis: { name: 'a KPI', unit: 'unit', isolation: 1, confidence: 1 },
  platforms: { name: 'a platform', device: 'DESKTOP', inFlow: false, segments: [] },
  pilots: { name: 'a pilot', courseIds: [] },
};

export function organise({ staff = {}, ...records }: ExampleOrganisation): ExampleWorld {
  const hired = Object.entries(staff).map(([personId, job]) => {
    const [role, segment] = job.split(' ');
    return { personId, from: '2020-01-01', role, segment, ...EXAMPLE_PAY };
  });
  return {
    ...records,
    people: [...hired.map(({ personId }) => ({ id: personId })), ...(records.people ?? [])],
    assignments: [...hired, ...(records.assignments ?? [])],
  };
}

const EXAMPLE_PAY = { hourlyCost: 20 };

/** An event of a kind; a date alone is its midnight. */
export function did(
  person: string,
  kind: string,
  at: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { person, kind, at: at.includes('T') ? at : `${at}T00:00:00Z`, ...more };
}
