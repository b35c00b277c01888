/**
 * The workforce collections as data: their columns in order, and all that follows from them — what a
 * file may hold, the key, the JSON text that is stored, the record types, the reference. What the
 * columns mean for the numbers is said where the metrics are.
 */
import {
  agent,
  boolean,
  date,
  id,
  instant,
  iri,
  levels,
  listOf,
  number,
  oneOf,
  text,
  type ColumnType,
} from './column-types.ts';

/** A `key` column is required; a column with a `default` is always there once stored. */
export type Presence = 'key' | 'required' | 'optional' | 'defaulted';

export interface Column<Value = unknown, P extends Presence = Presence> {
  readonly type: ColumnType<Value>;
  readonly presence: P;
  readonly default?: Value;
}

/** Columns by name, in the order of the file and of the stored text. */
export type Columns = Readonly<Record<string, Column>>;

export interface Collection<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  /** What must hold between columns of one record. */
  readonly checks: readonly RecordCheck<RecordOf<C>>[];
}

export interface RecordCheck<R> {
  /** The column that is reported. */
  readonly column: string;
  holds(record: R): boolean;
  readonly message: string;
}

type ValueOf<C> = C extends Column<infer Value> ? Value : never;
type NamesOf<C extends Columns, P extends Presence> = {
  [Name in keyof C]: C[Name]['presence'] extends P ? Name : never;
}[keyof C];

/** The record of a collection as it is stored. */
export type RecordOf<C extends Columns> = {
  readonly [Name in NamesOf<C, 'key' | 'required' | 'defaulted'>]: ValueOf<C[Name]>;
} & { readonly [Name in NamesOf<C, 'optional'>]?: ValueOf<C[Name]> };

function key<V>(type: ColumnType<V>): Column<V, 'key'> {
  return { type, presence: 'key' };
}
function required<V>(type: ColumnType<V>): Column<V, 'required'> {
  return { type, presence: 'required' };
}
function optional<V>(type: ColumnType<V>): Column<V, 'optional'> {
  return { type, presence: 'optional' };
}
function defaulted<V>(type: ColumnType<V>, value: V): Column<V, 'defaulted'> {
  return { type, presence: 'defaulted', default: value };
}

function defineCollection<const C extends Columns>(
  name: string,
  columns: C,
  ...checks: readonly RecordCheck<RecordOf<C>>[]
): Collection<C> {
  return { name, columns, checks };
}

const segment = oneOf('FRONTLINE', 'DESK');
const money = number({ minimum: 0 });
const share = number({ minimum: 0, maximum: 1 });

export const people = defineCollection(
  'people',
  {
    id: key(id()),
    name: optional(text()),
    agents: required(listOf(agent())),
    hiredOn: optional(date()),
    leftOn: optional(date()),
  },
  {
    column: 'leftOn',
    holds: ({ hiredOn, leftOn }) => isInOrder(hiredOn, leftOn),
    message: 'must not be before hiredOn',
  },
);

export const assignments = defineCollection('assignments', {
  personId: key(id()),
  from: key(date()),
  role: required(id()),
  segment: required(segment),
  department: optional(id()),
  location: optional(id()),
  managerId: optional(id()),
  hourlyCost: optional(money),
  performance: optional(number()),
});

export const skills = defineCollection(
  'skills',
  {
    id: key(iri()),
    name: required(text()),
    parentId: optional(iri()),
    targets: optional(levels()),
  },
  {
    column: 'parentId',
    holds: (skill) => skill.parentId !== skill.id,
    message: 'must be another skill: none is its own parent',
  },
);

export const courses = defineCollection('courses', {
  id: key(iri()),
  name: required(text()),
  // A course that trains no skill on the list still counts as training.
  skills: defaulted(listOf(iri()), []),
  delivery: required(oneOf('FORMAL', 'IN_FLOW')),
  author: required(oneOf('L_AND_D', 'SME')),
  fixedCost: optional(money),
  costPerLearner: optional(money),
  expectedMinutes: optional(number({ minimum: 0 })),
});

export const kpis = defineCollection('kpis', {
  id: key(id()),
  name: required(text()),
  unit: required(text()),
  // Negative when lower is better.
  valuePerUnit: required(number()),
  isolation: defaulted(share, 1),
  confidence: defaulted(share, 1),
});

export const observations = defineCollection('observations', {
  kpiId: key(id()),
  personId: key(id()),
  at: key(instant()),
  value: required(number()),
});

export const platforms = defineCollection('platforms', {
  id: key(id()),
  name: required(text()),
  device: required(oneOf('MOBILE', 'DESKTOP', 'SHARED')),
  inFlow: required(boolean()),
  segments: required(listOf(segment)),
});

export const pilots = defineCollection(
  'pilots',
  {
    id: key(id()),
    name: required(text()),
    courseIds: required(listOf(iri())),
    personIds: required(listOf(id())),
    from: required(date()),
    to: optional(date()),
  },
  {
    column: 'to',
    holds: ({ from, to }) => isInOrder(from, to),
    message: 'must not be before from',
  },
);

/** Dates of one form sort as texts do. */
function isInOrder(first: string | undefined, second: string | undefined): boolean {
  return first === undefined || second === undefined || first <= second;
}

export type Person = RecordOf<typeof people.columns>;
export type Assignment = RecordOf<typeof assignments.columns>;
export type Skill = RecordOf<typeof skills.columns>;
export type Course = RecordOf<typeof courses.columns>;
export type Kpi = RecordOf<typeof kpis.columns>;
export type Observation = RecordOf<typeof observations.columns>;
export type Platform = RecordOf<typeof platforms.columns>;
export type Pilot = RecordOf<typeof pilots.columns>;

/** All that are upserted by key. */
export const COLLECTIONS: readonly Collection[] = [
  people,
  assignments,
  skills,
  courses,
  kpis,
  observations,
  platforms,
  pilots,
];

/** The ordered rule set: its lines are rules, not rows (`read-rule.ts`), and a new set replaces the old one. */
export const rules = defineCollection('rules', {});
