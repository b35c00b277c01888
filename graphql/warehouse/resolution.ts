/**
 * From traces to events: the CTEs that say who, on which course, with which skill. They read the table
 * `work` (rows as in `trace`); new statements, old ones that a changed record touches, a rebuild, and those that
 * rules are tested on all pass through them.
 */
export const RESOLUTION = `
-- Two agents of one person in a group are one person.
doer AS (
  SELECT DISTINCT named.statement, person
  FROM (SELECT statement, unnest(agents) AS agent FROM work) named JOIN person_agent USING (agent)
),
-- What a statement names, in the order in which it counts.
link AS (
  SELECT statement, object AS id, 0 AS place, 'OBJECT' AS part FROM work WHERE object IS NOT NULL
  UNION ALL
  SELECT statement, unnest(aligned), generate_subscripts(aligned, 1), 'EXTENSION' FROM work
  UNION ALL
  SELECT statement, unnest(context), generate_subscripts(context, 1), 'CONTEXT' FROM work
),
place_of_course AS (
  SELECT statement, arg_min(course, place) AS course, min(place) AS place
  FROM link JOIN course USING (id) WHERE part <> 'EXTENSION' GROUP BY statement
),
named_skill AS (
  SELECT statement, skill, min(place) AS place, bool_or(part <> 'CONTEXT') AS direct
  FROM link JOIN skill USING (id) GROUP BY statement, skill
),
direct_skill AS (
  SELECT statement, arg_min(skill, place) AS skill FROM named_skill WHERE direct GROUP BY statement
),
reading AS (
  SELECT statement, reading, split_part(reading, '+', 1)::event_kind AS kind
  FROM (SELECT statement, unnest(readings) AS reading FROM work)
),
-- Readings that have what they need.
met AS (
  SELECT reading.statement, kind, reading
  FROM reading
  LEFT JOIN place_of_course USING (statement)
  WHERE (NOT contains(reading, '+SKILL') OR reading.statement IN (SELECT statement FROM named_skill))
    AND CASE
      WHEN NOT contains(reading, '+COURSE') THEN true
      -- Completing a chapter is not completing the course that it belongs to.
      WHEN kind = 'COMPLETED' THEN place = 0
      ELSE course IS NOT NULL END
),
fulfilled AS (SELECT DISTINCT statement, kind FROM met),
told AS (
  SELECT fulfilled.statement, kind, course_skill.skill
  FROM fulfilled JOIN place_of_course USING (statement) LEFT JOIN course_skill USING (course)
  WHERE kind = 'COMPLETED'
  UNION ALL
  SELECT statement, kind, skill FROM fulfilled JOIN named_skill USING (statement) WHERE kind = 'APPLIED'
  UNION ALL
  SELECT statement, kind, skill FROM fulfilled LEFT JOIN direct_skill USING (statement)
  WHERE kind NOT IN ('COMPLETED', 'APPLIED')
)`;

/** Rows as in `event`, of the table `work`. */
export const SELECT_EVENTS = `
WITH ${RESOLUTION}
SELECT work.statement, doer.person, assignment.assignment, work."at", told.kind, place_of_course.course,
  told.skill, work.platform,
  -- By ids, not by surrogate keys, so that a rebuild puts the seconds on the same row.
  CASE WHEN row_number() OVER (PARTITION BY work.statement, doer.person ORDER BY told.kind, skill.id) = 1
    THEN work.seconds END AS seconds,
  work.score, work.success,
  CASE WHEN told.kind <> 'APPLIED' THEN NULL
    WHEN work.observed THEN 'OBSERVED'
    WHEN platform.in_flow THEN 'SYSTEM'
    ELSE 'SELF_REPORTED' END::evidence_tier AS tier,
  CASE WHEN told.kind IN ('ASSESSED', 'RATED') THEN work.object END AS activity,
  work.session
FROM told
JOIN work USING (statement)
JOIN doer USING (statement)
LEFT JOIN place_of_course USING (statement)
LEFT JOIN skill ON skill.skill = told.skill
LEFT JOIN platform ON platform.id = work.platform
LEFT JOIN assignment ON assignment.person = doer.person
  AND assignment.starts <= work."at" AND work."at" < assignment.ends
ORDER BY work.statement`;

/** Makes the temp table `derived` of the temp table `work`. */
export const DERIVE_EVENTS = `CREATE OR REPLACE TEMP TABLE derived AS ${SELECT_EVENTS}`;

/** Statements whose events can differ when rows of a dimension do; reads `changed_<table>`. */
export const AFFECTED_BY: Readonly<Record<string, string>> = {
  person_agent: `
    SELECT statement FROM (SELECT statement, unnest(agents) AS agent FROM trace)
    WHERE agent IN (FROM changed_person_agent)`,
  assignment: `SELECT statement FROM event WHERE person IN (FROM changed_assignment)`,
  course: namesOne('courses', 'changed_course'),
  course_skill: namesOne('courses', 'changed_course_skill'),
  skill: namesOne('skills', 'changed_skill'),
  platform: `SELECT statement FROM trace WHERE platform IN (FROM changed_platform)`,
};

function namesOne(collection: string, changed: string): string {
  return `
    SELECT statement FROM (
      SELECT statement, object AS id FROM trace
      UNION ALL SELECT statement, unnest(aligned) FROM trace
      UNION ALL SELECT statement, unnest(context) FROM trace)
    WHERE id IN (SELECT key FROM surrogate WHERE collection = '${collection}' AND number IN (FROM ${changed}))`;
}
