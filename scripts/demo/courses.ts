/**
 * What can be learned at Fennel & Rye: skills, courses, the platforms they reach people on, and how
 * each course is rolled out. What is put in on purpose (see truths.ts) is put in here.
 */
import { DOMAIN } from './names.ts';
import type { Role } from './organisation.ts';

export type EvidenceTier = 'OBSERVED' | 'SYSTEM' | 'SELF_REPORTED';

export interface Skill {
  readonly id: string;
  readonly name: string;
  readonly parentId?: string;
  readonly targets: Partial<Record<Role, number>>;
  readonly transfer: Transfer;
  /** How the work it shows in is called on a checklist. */
  readonly task: string;
}

/** How a skill finds its way from a course into work. */
interface Transfer {
  /** Of those trained, the share that ever applies it. */
  readonly share: number;
  /**
   * Half of *everyone* trained has applied it by this day; with a share under one half there is no
   * such day, and it is half of those who do.
   */
  readonly medianDays: number;
  /** Weights of the ways an application is noticed. */
  readonly evidence: readonly (readonly [EvidenceTier, number])[];
}

const CHECKED: Transfer['evidence'] = [
  ['OBSERVED', 0.55],
  ['SYSTEM', 0.25],
  ['SELF_REPORTED', 0.2],
];
const LOGGED: Transfer['evidence'] = [
  ['OBSERVED', 0.25],
  ['SYSTEM', 0.7],
  ['SELF_REPORTED', 0.05],
];
const TOLD: Transfer['evidence'] = [
  ['OBSERVED', 0.25],
  ['SELF_REPORTED', 0.75],
];

const skill = (slug: string): string => `https://skills.${DOMAIN}/${slug}`;

export const SKILLS = {
  till: {
    id: skill('till-operation'),
    name: 'Till operation',
    targets: { 'Checkout Operator': 0.8, 'Shift Lead': 0.6 },
    transfer: { share: 0.78, medianDays: 21, evidence: LOGGED },
    task: 'Scan and pack a full trolley',
  },
  care: {
    id: skill('customer-care'),
    name: 'Customer care',
    targets: { 'Store Associate': 0.7, Baker: 0.5, 'Shift Lead': 0.8 },
    transfer: { share: 0.82, medianDays: 31, evidence: CHECKED },
    task: 'Turn a complaint around',
  },
  foodSafety: {
    id: skill('food-safety'),
    name: 'Food safety',
    targets: { Baker: 0.9, 'Store Associate': 0.6, 'Shift Lead': 0.8, 'Quality Auditor': 1 },
    transfer: { share: 0.06, medianDays: 40, evidence: CHECKED },
    task: 'Keep the cold chain',
  },
  baking: {
    id: skill('in-store-baking'),
    name: 'In-store baking',
    targets: { Baker: 0.8 },
    transfer: { share: 0.86, medianDays: 7, evidence: LOGGED },
    task: 'Bake off to the hourly plan',
  },
  shelf: {
    id: skill('shelf-replenishment'),
    name: 'Shelf replenishment',
    targets: { 'Store Associate': 0.8, 'Shift Lead': 0.6 },
    transfer: { share: 0.88, medianDays: 9, evidence: LOGGED },
    task: 'Fill a gap before it shows',
  },
  rotation: {
    id: skill('stock-rotation'),
    name: 'Stock rotation',
    parentId: skill('shelf-replenishment'),
    targets: { 'Store Associate': 0.7, Baker: 0.6 },
    transfer: { share: 0.74, medianDays: 13, evidence: LOGGED },
    task: 'Rotate a bay by date',
  },
  shrink: {
    id: skill('shrink-control'),
    name: 'Shrink control',
    parentId: skill('shelf-replenishment'),
    targets: { 'Store Associate': 0.6, Baker: 0.6, 'Shift Lead': 0.8 },
    transfer: { share: 0.66, medianDays: 18, evidence: LOGGED },
    task: 'Mark down before it is waste',
  },
  leadership: {
    id: skill('shift-leadership'),
    name: 'Shift leadership',
    targets: { 'Shift Lead': 0.8, 'Store Manager': 0.9 },
    transfer: { share: 0.7, medianDays: 38, evidence: CHECKED },
    task: 'Plan and brief a shift',
  },
  coaching: {
    id: skill('coaching'),
    name: 'Coaching',
    parentId: skill('shift-leadership'),
    targets: { 'Shift Lead': 0.6, 'Store Manager': 0.8 },
    transfer: { share: 0.42, medianDays: 45, evidence: TOLD },
    task: 'Coach somebody on the job',
  },
  lifting: {
    id: skill('manual-handling'),
    name: 'Manual handling',
    targets: { 'Warehouse Picker': 0.8, 'Delivery Driver': 0.8 },
    transfer: { share: 0.38, medianDays: 25, evidence: CHECKED },
    task: 'Lift and carry by the book',
  },
  picking: {
    id: skill('order-picking'),
    name: 'Order picking',
    targets: { 'Warehouse Picker': 0.8 },
    transfer: { share: 0.6, medianDays: 20, evidence: LOGGED },
    task: 'Pick a zone in one pass',
  },
  negotiation: {
    id: skill('negotiation'),
    name: 'Negotiation',
    targets: { Buyer: 0.8 },
    transfer: { share: 0.58, medianDays: 44, evidence: TOLD },
    task: 'Lead a supplier negotiation',
  },
  data: {
    id: skill('data-literacy'),
    name: 'Data literacy',
    targets: { 'Financial Analyst': 0.9, Buyer: 0.7, 'Supply Planner': 0.8, 'Store Manager': 0.5 },
    transfer: { share: 0.4, medianDays: 30, evidence: TOLD },
    task: 'Back a decision with a figure',
  },
  security: {
    id: skill('information-security'),
    name: 'Information security',
    targets: { 'IT Engineer': 0.9, 'HR Partner': 0.7, 'Financial Analyst': 0.7 },
    transfer: { share: 0.05, medianDays: 40, evidence: TOLD },
    task: 'Report a suspicious message',
  },
} as const satisfies Record<string, Skill>;
export type SkillKey = keyof typeof SKILLS;

/** Who is offered a course, and in which month (0 is the demo's first). */
type Rollout =
  /** Store by store, one wave a month; `among` of four stores get it, the others stay without. */
  | {
      readonly kind: 'STORES';
      readonly among: readonly number[];
      readonly firstMonth: number;
      readonly waves: number;
    }
  /** Everyone of the roles, spread over the months, wherever they work. */
  | { readonly kind: 'EVERYONE'; readonly firstMonth: number; readonly months: number }
  | { readonly kind: 'LOCATION'; readonly location: string; readonly month: number }
  | { readonly kind: 'NEW_HIRES' };

export interface Course {
  readonly id: string;
  readonly name: string;
  readonly skills: readonly SkillKey[];
  readonly delivery: 'FORMAL' | 'IN_FLOW';
  readonly author: 'L_AND_D' | 'SME';
  readonly fixedCost: number;
  readonly costPerLearner: number;
  readonly expectedMinutes: number;
  /** Null: every role. */
  readonly roles: readonly Role[] | null;
  readonly rollout: Rollout;
  /** From this month on, the pilot stores have it. */
  readonly pilotMonth?: number;
}

/** The shift app is on everybody's phone from this month on, in the pilot stores three months sooner. */
export const APP_LAUNCH_MONTH = 10;
export const PILOT_MONTH = 7;

const course = (slug: string): string => `https://learn.${DOMAIN}/courses/${slug}`;
const card = (slug: string): string => `https://shift.${DOMAIN}/series/${slug}`;
const FORMAL = { delivery: 'FORMAL', author: 'L_AND_D' } as const;
const IN_FLOW = { delivery: 'IN_FLOW', author: 'SME' } as const;

export const COURSES = {
  checkoutFlow: {
    id: course('checkout-flow'),
    name: 'Checkout Flow: Fast Hands, Friendly Face',
    skills: ['till'],
    ...FORMAL,
    fixedCost: 5200,
    costPerLearner: 18,
    expectedMinutes: 90,
    roles: ['Checkout Operator'],
    rollout: { kind: 'STORES', among: [0, 2], firstMonth: 6, waves: 5 },
  },
  warmWelcome: {
    id: course('the-warm-welcome'),
    name: 'The Warm Welcome',
    skills: ['care'],
    ...FORMAL,
    fixedCost: 9800,
    costPerLearner: 35,
    expectedMinutes: 150,
    roles: ['Store Associate', 'Baker'],
    rollout: { kind: 'STORES', among: [1, 2], firstMonth: 4, waves: 4 },
  },
  foodSafety: {
    id: course('food-safety-essentials'),
    name: 'Food Safety Essentials (yearly)',
    skills: ['foodSafety'],
    ...FORMAL,
    fixedCost: 3000,
    costPerLearner: 6,
    expectedMinutes: 45,
    roles: ['Store Associate', 'Baker', 'Shift Lead', 'Checkout Operator'],
    rollout: { kind: 'EVERYONE', firstMonth: 6, months: 3 },
  },
  bread: {
    id: card('fresh-bread-every-hour'),
    name: 'Fresh Bread, Every Hour',
    skills: ['baking'],
    ...IN_FLOW,
    fixedCost: 900,
    costPerLearner: 2,
    expectedMinutes: 12,
    roles: ['Baker'],
    rollout: { kind: 'EVERYONE', firstMonth: 11, months: 3 },
  },
  shelfSense: {
    id: card('shelf-sense'),
    name: 'Shelf Sense',
    skills: ['shelf'],
    ...IN_FLOW,
    fixedCost: 1100,
    costPerLearner: 2,
    expectedMinutes: 10,
    roles: ['Store Associate', 'Shift Lead'],
    rollout: { kind: 'EVERYONE', firstMonth: APP_LAUNCH_MONTH, months: 4 },
    pilotMonth: PILOT_MONTH,
  },
  wasteNot: {
    id: card('waste-not'),
    name: 'Waste Not: Rotate, Mark Down, Save',
    skills: ['rotation', 'shrink'],
    ...IN_FLOW,
    fixedCost: 1400,
    costPerLearner: 2,
    expectedMinutes: 14,
    roles: ['Store Associate', 'Baker'],
    rollout: { kind: 'STORES', among: [0, 1], firstMonth: 11, waves: 3 },
  },
  leadingTheShift: {
    id: course('leading-the-shift'),
    name: 'Leading the Shift',
    skills: ['leadership', 'coaching'],
    ...FORMAL,
    fixedCost: 12_500,
    costPerLearner: 140,
    expectedMinutes: 480,
    roles: ['Shift Lead'],
    rollout: { kind: 'EVERYONE', firstMonth: 2, months: 12 },
  },
  handover: {
    id: card('three-minute-handover'),
    name: 'The Three-Minute Handover',
    skills: ['leadership'],
    ...IN_FLOW,
    fixedCost: 500,
    costPerLearner: 2,
    expectedMinutes: 6,
    roles: ['Shift Lead'],
    rollout: { kind: 'EVERYONE', firstMonth: 12, months: 4 },
  },
  liftItRight: {
    id: course('lift-it-right'),
    name: 'Lift It Right',
    skills: ['lifting'],
    ...FORMAL,
    fixedCost: 2600,
    costPerLearner: 8,
    expectedMinutes: 30,
    roles: ['Warehouse Picker', 'Delivery Driver'],
    rollout: { kind: 'EVERYONE', firstMonth: 1, months: 14 },
  },
  leanPicking: {
    id: course('lean-picking'),
    name: 'Lean Picking',
    skills: ['picking'],
    ...FORMAL,
    fixedCost: 4100,
    costPerLearner: 40,
    expectedMinutes: 120,
    roles: ['Warehouse Picker'],
    rollout: { kind: 'LOCATION', location: 'Ashby Distribution Centre', month: 9 },
  },
  buyingBetter: {
    id: course('buying-better'),
    name: 'Buying Better: Negotiating with Suppliers',
    skills: ['negotiation'],
    ...FORMAL,
    fixedCost: 8800,
    costPerLearner: 320,
    expectedMinutes: 420,
    roles: ['Buyer'],
    rollout: { kind: 'EVERYONE', firstMonth: 3, months: 10 },
  },
  numbersThatTalk: {
    id: course('numbers-that-talk'),
    name: 'Numbers That Talk',
    skills: ['data'],
    ...FORMAL,
    fixedCost: 6400,
    costPerLearner: 60,
    expectedMinutes: 180,
    roles: ['Buyer', 'Financial Analyst', 'Supply Planner', 'Store Manager'],
    rollout: { kind: 'EVERYONE', firstMonth: 2, months: 13 },
  },
  secureByHabit: {
    id: course('secure-by-habit'),
    name: 'Secure by Habit (yearly)',
    skills: ['security'],
    ...FORMAL,
    fixedCost: 3500,
    costPerLearner: 5,
    expectedMinutes: 40,
    roles: [
      'Store Manager',
      'Regional Manager',
      'Buyer',
      'HR Partner',
      'Financial Analyst',
      'IT Engineer',
      'Supply Planner',
      'Marketing Specialist',
      'Quality Auditor',
    ],
    rollout: { kind: 'EVERYONE', firstMonth: 5, months: 2 },
  },
  welcomeAboard: {
    id: course('welcome-aboard'),
    name: 'Welcome Aboard',
    skills: [],
    ...FORMAL,
    fixedCost: 2000,
    costPerLearner: 10,
    expectedMinutes: 60,
    roles: null,
    rollout: { kind: 'NEW_HIRES' },
  },
} as const satisfies Record<string, Course>;
export type CourseKey = keyof typeof COURSES;

export const COURSE_KEYS = Object.keys(COURSES).filter((key): key is CourseKey => key in COURSES);
export const SKILL_KEYS = Object.keys(SKILLS).filter((key): key is SkillKey => key in SKILLS);

export const PLATFORMS = [
  {
    id: 'fennel-learn',
    name: 'Fennel Learn (LMS)',
    device: 'DESKTOP',
    inFlow: false,
    segments: ['FRONTLINE', 'DESK'],
  },
  {
    id: 'rye-video',
    name: 'Rye Video',
    device: 'DESKTOP',
    inFlow: false,
    segments: ['FRONTLINE', 'DESK'],
  },
  {
    id: 'chat-desktop',
    name: 'Team chat on a computer',
    device: 'DESKTOP',
    inFlow: true,
    segments: ['DESK'],
  },
  {
    id: 'chat-mobile',
    name: 'Team chat on a phone',
    device: 'MOBILE',
    inFlow: true,
    segments: ['FRONTLINE', 'DESK'],
  },
  {
    id: 'shift-app',
    name: 'Shift app',
    device: 'MOBILE',
    inFlow: true,
    segments: ['FRONTLINE'],
  },
  {
    id: 'store-operations',
    name: 'Store operations',
    device: 'SHARED',
    inFlow: true,
    segments: ['FRONTLINE', 'DESK'],
  },
] as const;
export type PlatformId = (typeof PLATFORMS)[number]['id'];
