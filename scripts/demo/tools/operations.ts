/**
 * The operations system of the shops and warehouses: what was done, and what somebody who knows watched
 * being done (`context.instructor`). It knows nothing of courses; the skill is a context activity.
 */
import type { Agent } from '../../../statements/statement.ts';
import { visitMonth } from '../activity.ts';
import { SKILLS } from '../courses.ts';
import { findObserver, type Application } from '../learning-plan.ts';
import { DOMAIN } from '../names.ts';
import { pickWorkMoment } from '../organisation.ts';
import { createRandom } from '../random.ts';
import {
  describeVerb,
  formatTimestamp,
  identifyByAccount,
  send,
  type SentStatement,
  type World,
} from './sent-statement.ts';

const VERBS = {
  performed: describeVerb('https://w3id.org/xapi/dod-isd/verbs/performed', 'performed', 'en'),
  verified: describeVerb('https://w3id.org/xapi/tla/verbs/verified', 'verified', 'en'),
} as const;
const PLATFORM = 'store-operations';
const SKILL_TYPE = 'https://w3id.org/xapi/tla/activity-types/competency';

export function sendWorkDone(world: World, application: Application): SentStatement {
  const { person, skillKey, at, evidence } = application;
  const random = createRandom(world.seed, 'operations', skillKey, person.id, at);
  const { id, name, task } = SKILLS[skillKey];
  const observer = evidence === 'OBSERVED' ? identifyObserver(world, application) : null;
  const verb = observer !== null && random.chance(0.3) ? VERBS.verified : VERBS.performed;
  return send('operations', at + random.integer(1, 15) * 1_000, {
    id: random.uuid(),
    actor: identifyByAccount('operations', person),
    verb,
    object: {
      objectType: 'Activity',
      id: `https://operations.${DOMAIN}/tasks/${id.slice(id.lastIndexOf('/') + 1)}`,
      definition: { name: { en: task }, type: 'http://activitystrea.ms/schema/1.0/task' },
    },
    result: { success: true },
    context: {
      ...(observer === null ? {} : { instructor: observer }),
      platform: PLATFORM,
      contextActivities: { other: [{ id, definition: { name: { en: name }, type: SKILL_TYPE } }] },
    },
    timestamp: formatTimestamp(at),
    version: '1.0.3',
  });
}

/** The boss; where there is none, the quality desk, which HR's list does not name one by one. */
function identifyObserver({ organisation }: World, { person, at }: Application): Agent {
  const boss = findObserver(organisation, person, at);
  if (boss !== null) return identifyByAccount('operations', boss);
  const account = { homePage: `https://operations.${DOMAIN}`, name: 'quality-desk' };
  return { objectType: 'Agent', account };
}

const ROUTINES = [
  ['temperature-log', 'Temperature log of the cold counter'],
  ['till-count', 'Till counted'],
  ['delivery-check', 'Delivery checked in'],
] as const;
const ROUTINE_SHARE = 0.06;

/** Work with no skill to it: nothing to learn from, and most operations systems send it all the same. */
export function* logRoutines(world: World, month: number): Generator<SentStatement> {
  const visitors = visitMonth(world.seed, 'routine', world.organisation, world.calendar, month);
  for (const { person, assignment, from, to, random } of visitors) {
    if (assignment.segment === 'DESK' || !random.chance(ROUTINE_SHARE)) continue;
    const at = pickWorkMoment(random, assignment.segment, from, to);
    const [slug, title] = random.pick(ROUTINES);
    yield send('operations', at + 2_000, {
      id: random.uuid(),
      actor: identifyByAccount('operations', person),
      verb: VERBS.performed,
      object: {
        objectType: 'Activity',
        id: `https://operations.${DOMAIN}/routines/${slug}`,
        definition: { name: { en: title }, type: 'http://activitystrea.ms/schema/1.0/task' },
      },
      context: { platform: PLATFORM },
      timestamp: formatTimestamp(at),
      version: '1.0.3',
    });
  }
}
