/**
 * The people of the demo: who works where, as what, for whom and since when. Positions are filled by
 * people who leave, are promoted and are replaced; assignments follow from that.
 */
import { createHash } from 'node:crypto';
import { DAY, HOUR, MONTHS, type Calendar } from './calendar.ts';
import {
  DOMAIN,
  FIRST_NAMES,
  HEAD_OFFICE,
  LAST_NAMES,
  REGIONS,
  STORES,
  WAREHOUSES,
} from './names.ts';
import { createRandom, drawShare, type Draws, type Random } from './random.ts';

export type Segment = 'FRONTLINE' | 'DESK';

interface RoleFacts {
  readonly segment: Segment;
  readonly department: string;
  readonly hourlyCost: number;
  /** Share of the people who leave in a month. */
  readonly turnover: number;
}

const frontline = (department: string, hourlyCost: number, turnover = 0.013): RoleFacts => ({
  segment: 'FRONTLINE',
  department,
  hourlyCost,
  turnover,
});
const desk = (department: string, hourlyCost: number, turnover = 0.006): RoleFacts => ({
  segment: 'DESK',
  department,
  hourlyCost,
  turnover,
});

export const ROLES = {
  'Store Associate': frontline('Grocery', 15.2),
  'Checkout Operator': frontline('Checkout', 14.8),
  Baker: frontline('Fresh', 16.5),
  'Shift Lead': frontline('Store Leadership', 19, 0.03),
  'Warehouse Picker': frontline('Warehouse', 15.9),
  'Delivery Driver': frontline('Transport', 17.4),
  'Store Manager': desk('Store Leadership', 31),
  'Regional Manager': desk('Operations', 46, 0),
  Buyer: desk('Buying', 34),
  'HR Partner': desk('People', 33),
  'Financial Analyst': desk('Finance', 36),
  'IT Engineer': desk('Technology', 41),
  'Supply Planner': desk('Supply Chain', 33),
  'Marketing Specialist': desk('Marketing', 31),
  // Three people, who stay: the group too small to be shown.
  'Quality Auditor': desk('Quality', 35, 0),
} as const satisfies Record<string, RoleFacts>;
export type Role = keyof typeof ROLES;

export interface Assignment {
  readonly from: number;
  readonly to: number;
  readonly role: Role;
  readonly segment: Segment;
  readonly department: string;
  readonly location: string;
  /** Which of the stores, null elsewhere: courses are rolled out by it. */
  readonly store: number | null;
  readonly managerId: string | null;
  readonly hourlyCost: number;
  readonly performance: number;
}

export interface Person {
  /** The number on the badge. */
  readonly id: string;
  readonly name: string;
  readonly hiredAt: number;
  readonly leftAt: number | null;
  /** In order, without gaps but for none at all before the first and after `leftAt`. */
  readonly assignments: readonly Assignment[];
  /** Company mail: desk people only. */
  readonly email: string | null;
  /** SHA-1 of a private mail address, which some of the frontline gave the video platform. */
  readonly emailSha1: string | null;
  readonly openId: string | null;
  /** Evenly spread in [0, 1): who takes part first, see `reach` in the learning plan. */
  readonly rank: number;
}

export interface Organisation {
  readonly people: readonly Person[];
  readonly personById: ReadonlyMap<string, Person>;
  readonly storeCount: number;
}

interface Position {
  readonly role: Role;
  readonly location: string;
  readonly store: number | null;
  readonly boss: Position | null;
  readonly held: Tenure[];
}

interface Tenure {
  readonly person: Hire;
  readonly position: Position;
  readonly from: number;
  to: number;
}

interface Hire {
  readonly id: string;
  readonly name: string;
  readonly hiredAt: number;
  readonly rank: number;
  leftAt: number | null;
  readonly tenures: Tenure[];
}

/** Every eighth store tries the shift app before the others have it. */
export function isPilotStore(store: number | null): boolean {
  return store !== null && store % 8 === 0;
}

export function assignmentAt(person: Person, at: number): Assignment | null {
  return person.assignments.find(({ from, to }) => from <= at && at < to) ?? null;
}

export function buildOrganisation(
  seed: string,
  scale: number,
  calendar: Calendar,
  draws: Draws,
): Organisation {
  const positions = layOutPositions(scale);
  const hires = fillPositions(seed, positions, calendar, draws);
  const people = hires.map((hire) => describePerson(seed, hire));
  return {
    people,
    personById: new Map(people.map((person) => [person.id, person])),
    storeCount: countStores(scale),
  };
}

// Positions -------------------------------------------------------------------------------------

const STORE_STAFF = [
  ['Checkout Operator', 10],
  ['Store Associate', 17],
  ['Baker', 5],
] as const;
const SHIFT_LEADS = 3;
const WAREHOUSE_STAFF = [
  ['Warehouse Picker', 90],
  ['Delivery Driver', 35],
] as const;
const HEAD_OFFICE_STAFF = [
  ['Buyer', 80],
  ['HR Partner', 45],
  ['Financial Analyst', 70],
  ['IT Engineer', 80],
  ['Supply Planner', 50],
  ['Marketing Specialist', 37],
] as const;
const QUALITY_AUDITORS = 3;

/** At least four, so that a small copy still has trained stores and stores to compare them with. */
function countStores(scale: number): number {
  return Math.min(STORES.length, Math.max(4, Math.round(STORES.length * scale)));
}

function layOutPositions(scale: number): readonly Position[] {
  const positions: Position[] = [];
  function open(
    role: Role,
    location: string,
    store: number | null,
    boss: Position | null,
    count = 1,
  ): Position[] {
    const opened = Array.from({ length: count }, () => ({ role, location, store, boss, held: [] }));
    positions.push(...opened);
    return opened;
  }

  const stores = countStores(scale);
  const staffing = (STORES.length * scale) / stores;
  const regional = REGIONS.map(
    (region) => open('Regional Manager', `${region} Region`, null, null)[0],
  );
  STORES.slice(0, stores).forEach((name, store) => {
    const location = `${name} (${REGIONS[store % REGIONS.length] ?? ''})`;
    const manager =
      open('Store Manager', location, store, regional[store % REGIONS.length] ?? null)[0] ?? null;
    const leads = open('Shift Lead', location, store, manager, scaleCount(SHIFT_LEADS, staffing));
    for (const [role, count] of STORE_STAFF)
      for (let i = 0; i < scaleCount(count, staffing); i += 1)
        open(role, location, store, leads[i % leads.length] ?? null);
  });
  for (const warehouse of WAREHOUSES)
    for (const [role, count] of WAREHOUSE_STAFF)
      open(role, warehouse, null, null, scaleCount(count, scale));
  for (const [role, count] of HEAD_OFFICE_STAFF) {
    const head = open(role, HEAD_OFFICE, null, null)[0] ?? null;
    open(role, HEAD_OFFICE, null, head, scaleCount(count, scale) - 1);
  }
  open('Quality Auditor', HEAD_OFFICE, null, null, QUALITY_AUDITORS);
  return positions;
}

function scaleCount(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale));
}

// Comings and goings ----------------------------------------------------------------------------

const EMPLOYED = Number.POSITIVE_INFINITY;

/** From whom a vacancy is filled inside the same store, and how often. */
const PROMOTIONS: Partial<Record<Role, { readonly from: Role; readonly share: number }>> = {
  'Shift Lead': { from: 'Store Associate', share: 0.7 },
  'Store Manager': { from: 'Shift Lead', share: 0.5 },
};

function fillPositions(
  seed: string,
  positions: readonly Position[],
  calendar: Calendar,
  draws: Draws,
): readonly Hire[] {
  const random = createRandom(seed, 'comings and goings');
  const hires: Hire[] = [];
  const hiredBySegment = { FRONTLINE: 0, DESK: 0 };

  function take(person: Hire, position: Position, from: number): void {
    const tenure: Tenure = { person, position, from, to: EMPLOYED };
    position.held.push(tenure);
    person.tenures.push(tenure);
  }
  function hire(position: Position, at: number): void {
    const { segment } = ROLES[position.role];
    const person: Hire = {
      id: `FR${String(10_001 + hires.length)}`,
      name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
      hiredAt: at,
      rank: drawShare(draws, hiredBySegment[segment]++, seed, 'rank', segment),
      leftAt: null,
      tenures: [],
    };
    hires.push(person);
    take(person, position, at);
  }
  function refill(position: Position, at: number): void {
    if (at >= calendar.end) return;
    const promoted = findPromotion(random, positions, position, at);
    if (promoted === null) {
      hire(position, at);
      return;
    }
    promoted.to = at;
    take(promoted.person, position, at);
    refill(promoted.position, at + random.integer(3, 25) * DAY);
  }

  for (const position of positions)
    hire(position, calendar.start - Math.floor(20 + random.next() ** 2 * 3600) * DAY);
  for (let month = 0; month < MONTHS; month += 1) {
    for (const position of positions) {
      const tenure = position.held.at(-1);
      if (tenure?.to !== EMPLOYED || tenure.from >= calendar.month(month)) continue;
      if (!random.chance(ROLES[position.role].turnover)) continue;
      const leaves = calendar.month(month) + random.integer(1, 27) * DAY;
      tenure.to = leaves;
      tenure.person.leftAt = leaves;
      refill(position, leaves + random.integer(3, 25) * DAY);
    }
  }
  return hires;
}

function findPromotion(
  random: Random,
  positions: readonly Position[],
  { role, store }: Position,
  at: number,
): Tenure | null {
  const path = PROMOTIONS[role];
  if (path === undefined || !random.chance(path.share)) return null;
  const candidates = positions
    .filter((position) => position.role === path.from && position.store === store)
    .flatMap((position) => position.held.at(-1) ?? [])
    .filter(({ from, to }) => to === EMPLOYED && from < at - 90 * DAY);
  return candidates.length === 0 ? null : random.pick(candidates);
}

// People ----------------------------------------------------------------------------------------

function describePerson(seed: string, hire: Hire): Person {
  const random = createRandom(seed, 'person', hire.id);
  const number = hire.id.slice(2);
  const mailName = hire.name.toLowerCase().replaceAll(' ', '.');
  const assignments = hire.tenures.flatMap((tenure) => splitByManager(random, tenure));
  const worksAtDesk = assignments.some(({ segment }) => segment === 'DESK');
  const isEngineer = assignments.some(({ role }) => role === 'IT Engineer');
  const privateMail = `mailto:${mailName}${number}@post.example`;
  return {
    id: hire.id,
    name: hire.name,
    hiredAt: hire.hiredAt,
    leftAt: hire.leftAt,
    assignments,
    email: worksAtDesk ? `${mailName}.${number}@${DOMAIN}` : null,
    emailSha1:
      !worksAtDesk && random.chance(0.7)
        ? createHash('sha1').update(privateMail).digest('hex')
        : null,
    openId: isEngineer ? `https://id.${DOMAIN}/${mailName}.${number}` : null,
    rank: hire.rank,
  };
}

/** A new assignment starts whenever the one they report to is someone else. */
function splitByManager(random: Random, { position, from, to }: Tenure): readonly Assignment[] {
  const facts = ROLES[position.role];
  const performance = Math.min(5, Math.max(1, Math.round(random.normal(3.4, 0.6) * 10) / 10));
  const bosses = position.boss?.held ?? [];
  const starts = [from, ...bosses.map((boss) => boss.from).filter((at) => at > from && at < to)];
  return starts.map((start, index) => ({
    from: start,
    to: starts[index + 1] ?? to,
    role: position.role,
    segment: facts.segment,
    department: facts.department,
    location: position.location,
    store: position.store,
    managerId: bosses.findLast((boss) => boss.from <= start)?.person.id ?? null,
    hourlyCost: facts.hourlyCost,
    performance,
  }));
}

/** A moment of somebody's working day, on a weekday for those at a desk. */
export function pickWorkMoment(random: Random, segment: Segment, from: number, to: number): number {
  const day = Math.floor(random.between(from, to) / DAY) * DAY;
  const weekday = new Date(day).getUTCDay();
  const weekend = weekday === 0 ? 1 : weekday === 6 ? -1 : 0;
  const hours = segment === 'DESK' ? random.between(8, 17) : random.between(5.5, 21.5);
  const at = Math.floor((segment === 'DESK' ? day + weekend * DAY : day) + hours * HOUR);
  return Math.min(Math.max(at, from), to - 1);
}
