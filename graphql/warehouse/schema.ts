/**
 * The warehouse: a star derived from the statement log and the workforce records, in DuckDB. It can be
 * deleted at any time; `rebuild` gives the same rows again. Raise SCHEMA_VERSION with any change here:
 * a warehouse of another version is rebuilt at start.
 *
 * - Instants are TIMESTAMP, microseconds, UTC. Dates of workforce records are midnight UTC.
 * - Surrogate keys (INTEGER) stand for a natural key within one warehouse file and mean nothing outside.
 * - `ends` of what has no end is FOREVER, so that "in force at t" is always `starts <= t AND t < ends`.
 */
export const SCHEMA_VERSION = '3';

export const FOREVER = '9999-12-31 00:00:00';

export const EVENT_KINDS = [
  'ENGAGED',
  'COMPLETED',
  'APPLIED',
  'ASSESSED',
  'CONTRIBUTED',
  'RATED',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Weakest first. */
export const EVIDENCE_TIERS = ['SELF_REPORTED', 'SYSTEM', 'OBSERVED'] as const;
export type EvidenceTier = (typeof EVIDENCE_TIERS)[number];

export const SCHEMA = `
CREATE TYPE event_kind AS ENUM (${EVENT_KINDS.map((kind) => `'${kind}'`).join(', ')});
CREATE TYPE evidence_tier AS ENUM (${EVIDENCE_TIERS.map((tier) => `'${tier}'`).join(', ')});

-- How far the log and the record changes have been read, schema and rule-set version.
CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- The newest text of every workforce record, \`rules\` too. The dimensions are computed from these, so that
-- records can come in any order: what refers to a person that is yet to come waits here.
CREATE TABLE record (collection VARCHAR NOT NULL, key VARCHAR NOT NULL, json VARCHAR NOT NULL);
-- Surrogate keys ever given, by collection and record key; never taken back.
CREATE TABLE surrogate (collection VARCHAR NOT NULL, key VARCHAR NOT NULL, number INTEGER NOT NULL);

-- Dimensions, from workforce records ----------------------------------------------------------

CREATE TABLE person (
  person INTEGER NOT NULL, id VARCHAR NOT NULL, name VARCHAR,
  hired_on TIMESTAMP, left_on TIMESTAMP NOT NULL  -- FOREVER while employed
);
-- agent: as agentKey of statements/index-keys.ts writes it, e.g. mailto:a@example.org. An agent that two people
-- claim is the one's whose id comes first.
CREATE TABLE person_agent (agent VARCHAR NOT NULL, person INTEGER NOT NULL);
CREATE TABLE assignment (
  assignment INTEGER NOT NULL, person INTEGER NOT NULL,
  starts TIMESTAMP NOT NULL, ends TIMESTAMP NOT NULL,  -- until the next assignment or left_on; only rows with starts < ends
  role VARCHAR NOT NULL, segment VARCHAR NOT NULL,
  department VARCHAR, location VARCHAR, manager VARCHAR,
  hourly_cost DOUBLE, performance DOUBLE
);
CREATE TABLE skill (skill INTEGER NOT NULL, id VARCHAR NOT NULL, name VARCHAR NOT NULL, parent_id VARCHAR);
CREATE TABLE skill_target (skill INTEGER NOT NULL, role VARCHAR NOT NULL, level DOUBLE NOT NULL);
CREATE TABLE course (
  course INTEGER NOT NULL, id VARCHAR NOT NULL, name VARCHAR NOT NULL,
  delivery VARCHAR NOT NULL, author VARCHAR NOT NULL,
  fixed_cost DOUBLE, cost_per_learner DOUBLE, expected_minutes DOUBLE
);
-- Only skills that are known.
CREATE TABLE course_skill (course INTEGER NOT NULL, skill INTEGER NOT NULL);
CREATE TABLE platform (id VARCHAR NOT NULL, name VARCHAR NOT NULL, device VARCHAR NOT NULL, in_flow BOOLEAN NOT NULL, segments VARCHAR[] NOT NULL);
CREATE TABLE kpi (
  kpi INTEGER NOT NULL, id VARCHAR NOT NULL, name VARCHAR NOT NULL, unit VARCHAR NOT NULL,
  value_per_unit DOUBLE NOT NULL, isolation DOUBLE NOT NULL, confidence DOUBLE NOT NULL
);
-- Only observations of known people; their KPI can be yet to come.
CREATE TABLE observation (kpi INTEGER NOT NULL, person INTEGER NOT NULL, "at" TIMESTAMP NOT NULL, value DOUBLE NOT NULL);
CREATE TABLE pilot (id VARCHAR NOT NULL, name VARCHAR NOT NULL, course_ids VARCHAR[] NOT NULL, person_ids VARCHAR[] NOT NULL, starts TIMESTAMP NOT NULL, ends TIMESTAMP NOT NULL);

-- Facts, from the log ---------------------------------------------------------------------------

-- What a statement says, read by the rule set but not yet resolved against people, courses and skills.
-- One row a statement that is neither voided nor voiding.
CREATE TABLE trace (
  statement BIGINT NOT NULL,       -- position in the log: stored, in microseconds
  id VARCHAR NOT NULL,             -- lower case
  "at" TIMESTAMP NOT NULL,         -- the statement's timestamp
  agents VARCHAR[] NOT NULL,       -- the actor, or the members of a group
  verb VARCHAR NOT NULL,
  object VARCHAR,                  -- activity id
  mapped BOOLEAN NOT NULL,         -- gave at least one event
  readings VARCHAR[] NOT NULL,     -- event kinds that rules saw, with what each still needs: ENGAGED, COMPLETED+COURSE,
                                   -- APPLIED+SKILL; empty when no rule matched
  context VARCHAR[] NOT NULL,      -- context activity ids: parent, grouping, category, other
  aligned VARCHAR[] NOT NULL,      -- what skill extensions name
  platform VARCHAR,
  seconds DOUBLE,
  score DOUBLE,
  success BOOLEAN,
  observed BOOLEAN NOT NULL,
  session VARCHAR                  -- cmi5 session id: its statements tell overlapping times
);
-- Voided statement ids, also of statements that are yet to come.
CREATE TABLE voided (id VARCHAR NOT NULL);

-- One row an event of metrics.md §1.
CREATE TABLE event (
  statement BIGINT NOT NULL,
  person INTEGER NOT NULL,
  assignment INTEGER,              -- in force at \`at\`; null when none was
  "at" TIMESTAMP NOT NULL,
  kind event_kind NOT NULL,
  course INTEGER,                  -- the object when it is a known course, else the first known course of its context
  skill INTEGER,                   -- COMPLETED: each of the course's; APPLIED: each that is named; else the first that the
                                   -- object or a skill extension names
  platform VARCHAR,                -- as the statement, or a rule, has it: need not be a known one
  seconds DOUBLE,                  -- on one row of each (statement, person) only: sum(seconds) counts a statement once
  score DOUBLE,                    -- scaled, -1 to 1
  success BOOLEAN,
  tier evidence_tier,              -- of APPLIED
  activity VARCHAR,                -- of ASSESSED and RATED: what was assessed or rated
  session VARCHAR                  -- of the statement
);
`;
