import { Database } from '../../graphql/warehouse/database.ts';
import { Projector } from '../../graphql/warehouse/projector.ts';
import type { ExampleWorld } from '../../graphql/metrics/metric.ts';
import { EXAMPLE_DEFAULTS } from '../../graphql/metrics/example-world.ts';

/** The key columns of each collection. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  people: ['id'],
  assignments: ['personId', 'from'],
  skills: ['id'],
  courses: ['id'],
  kpis: ['id'],
  observations: ['kpiId', 'personId', 'at'],
  platforms: ['id'],
  pilots: ['id'],
};

/**
 * A warehouse in memory that holds a world: its records go in as the product puts them, its events straight
 * into the table, as if statements had given them.
 */
export async function openWorld(world: ExampleWorld): Promise<Database> {
  const database = await Database.open(':memory:');
  const projector = await Projector.create(database);
  let version = 0;
  await projector.applyRecords(
    Object.entries(KEYS).flatMap(([collection, keys]) =>
      (world[collection] ?? []).map((record) => ({
        collection,
        key: keys.map((column) => String(record[column])).join('\u001f'),
        json: JSON.stringify({ ...EXAMPLE_DEFAULTS[collection], ...record }),
        version: (version += 1),
      })),
    ),
  );
  await insertEvents(database, world['events'] ?? []);
  return database;
}

async function insertEvents(database: Database, events: readonly object[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event, index) => ({ statement: index + 1, ...event }));
  await database.writer.run(
    `INSERT INTO event (statement, person, assignment, "at", kind, course, skill, platform, seconds, score,
       success, tier, activity, session)
     SELECT r.statement, p.person, a.assignment, r.at::TIMESTAMPTZ AT TIME ZONE 'UTC', r.kind::event_kind,
       c.course, s.skill, r.platform, r.seconds, r.score, r.success,
       CASE WHEN r.kind = 'APPLIED' THEN coalesce(r.tier, 'SELF_REPORTED')::evidence_tier END,
       r.activity, r.session
     FROM (SELECT unnest(from_json($events::JSON, '[{"statement": "BIGINT", "person": "VARCHAR", "at": "VARCHAR",
       "kind": "VARCHAR", "course": "VARCHAR", "skill": "VARCHAR", "platform": "VARCHAR", "seconds": "DOUBLE",
       "score": "DOUBLE", "success": "BOOLEAN", "tier": "VARCHAR", "activity": "VARCHAR", "session": "VARCHAR"}]'), recursive := true)) r
     JOIN person p ON p.id = r.person
     LEFT JOIN assignment a ON a.person = p.person
       AND a.starts <= r.at::TIMESTAMPTZ AT TIME ZONE 'UTC' AND r.at::TIMESTAMPTZ AT TIME ZONE 'UTC' < a.ends
     LEFT JOIN course c ON c.id = r.course
     LEFT JOIN skill s ON s.id = r.skill`,
    { events: JSON.stringify(rows) },
  );
}
