import { describe, expect, test } from '@jest/globals';
import * as collections from '../../graphql/workforce/collections.ts';
import { createRecordReader } from '../../graphql/workforce/read-record.ts';
import { PraxisError } from '../../statements/errors.ts';
import { CSV, NDJSON, readRecords, type FileFormat } from '../../src/workforce/read-records.ts';

interface Examples {
  readonly collection: collections.Collection;
  /** The same records in both formats, and what of them is stored. */
  readonly csv: string;
  readonly ndjson: readonly object[];
  readonly stored: readonly (readonly [key: string, record: object])[];
  /** One NDJSON record each, and the one thing that is wrong with it: column and reason. */
  readonly rejects: readonly (readonly [record: object, column: string, reason: RegExp])[];
}

const person = { id: 'p1', agents: ['mailto:a@example.org'] };
const assignment = { personId: 'p1', from: '2026-01-01', role: 'Nurse', segment: 'FRONTLINE' };
const skill = { id: 'https://example.org/skills/1', name: 'Triage' };
const course = {
  id: 'https://example.org/courses/1',
  name: 'Triage basics',
  delivery: 'FORMAL',
  author: 'L_AND_D',
};
const kpi = { id: 'k1', name: 'Errors', unit: 'errors a month', valuePerUnit: -40 };
const observation = { kpiId: 'k1', personId: 'p1', at: '2026-01-31T00:00:00Z', value: 3 };
const platform = {
  id: 'Teams',
  name: 'Teams',
  device: 'MOBILE',
  inFlow: true,
  segments: ['DESK'],
};
const pilot = {
  id: 'w1',
  name: 'Ward 1',
  courseIds: ['https://example.org/courses/1'],
  personIds: ['p1'],
  from: '2026-01-01',
};

const EXAMPLES: readonly Examples[] = [
  {
    collection: collections.people,
    csv: `id,name,agents,hiredOn,leftOn
p1,"Ada, Countess",mailto:a@example.org;account:https://hr.example.org|a|1,2024-02-29,
 p2 ,,sha1:0123456789abcdef0123456789ABCDEF01234567; openid:https://id.example.org/b,,2026-01-01
`,
    ndjson: [
      {
        id: 'p1',
        name: 'Ada, Countess',
        agents: ['mailto:a@example.org', 'account:https://hr.example.org|a|1'],
        hiredOn: '2024-02-29',
      },
      {
        id: ' p2 ',
        name: '',
        agents: [
          'sha1:0123456789abcdef0123456789ABCDEF01234567',
          'openid:https://id.example.org/b',
        ],
        hiredOn: null,
        leftOn: '2026-01-01',
      },
    ],
    stored: [
      [
        'p1',
        {
          id: 'p1',
          name: 'Ada, Countess',
          agents: ['mailto:a@example.org', 'account:https://hr.example.org|a|1'],
          hiredOn: '2024-02-29',
        },
      ],
      [
        'p2',
        {
          id: 'p2',
          agents: [
            'sha1:0123456789abcdef0123456789ABCDEF01234567',
            'openid:https://id.example.org/b',
          ],
          leftOn: '2026-01-01',
        },
      ],
    ],
    rejects: [
      [{ agents: person.agents }, 'id', /is missing; it must be a text on one line/],
      [{ ...person, id: 7 }, 'id', /; 7 is not$/],
      [{ ...person, id: 'p\u001f1' }, 'id', /one line/],
      [{ ...person, id: 'p\ud800' }, 'id', /one line/],
      [{ ...person, id: 'p'.repeat(501) }, 'id', /at most 500/],
      [{ id: 'p1' }, 'agents', /is missing/],
      [{ id: 'p1', agents: [] }, 'agents', /is missing/],
      [{ id: 'p1', agents: 'mailto:a@example.org' }, 'agents', /a list/],
      [{ id: 'p1', agents: ['a@example.org'] }, 'agents', /"a@example.org" is not$/],
      [{ id: 'p1', agents: ['mailto:nobody'] }, 'agents', /"mailto:nobody" is not$/],
      [{ id: 'p1', agents: ['sha1:0123'] }, 'agents', /40 hex/],
      [{ id: 'p1', agents: ['account:https://hr.example.org'] }, 'agents', /HOMEPAGE\|NAME/],
      [{ id: 'p1', agents: ['account:hr|a'] }, 'agents', /HOMEPAGE\|NAME/],
      [{ id: 'p1', agents: ['openid:me'] }, 'agents', /"openid:me" is not$/],
      [{ id: 'p1', agents: [...person.agents, ...person.agents] }, 'agents', /twice$/],
      [{ ...person, hiredOn: '2026-02-30' }, 'hiredOn', /"2026-02-30" is not$/],
      [{ ...person, hiredOn: '2025-02-29' }, 'hiredOn', /a date of the calendar/],
      [{ ...person, hiredOn: '31.01.2026' }, 'hiredOn', /as 2026-01-31/],
      [{ ...person, hiredOn: '2026-01-31T00:00:00Z' }, 'hiredOn', /as 2026-01-31/],
      [
        { ...person, hiredOn: '2026-02-01', leftOn: '2026-01-31' },
        'leftOn',
        /^must not be before hiredOn$/,
      ],
      [{ ...person, Name: 'Ada' }, 'Name', /its columns are id, name, agents, hiredOn, leftOn$/],
      [{ ...person, email: null }, 'email', /is no column of people/],
    ],
  },
  {
    collection: collections.assignments,
    csv: `from,personId,role,segment,department,location,managerId,hourlyCost,performance
2026-01-01,p1,Nurse,FRONTLINE,Ward 1,Bern,p9,42.50,-1e-1
2026-02-01,p1,Nurse,DESK,,,,0,`,
    ndjson: [
      {
        ...assignment,
        department: 'Ward 1',
        location: 'Bern',
        managerId: 'p9',
        hourlyCost: 42.5,
        performance: -0.1,
      },
      { ...assignment, from: '2026-02-01', segment: 'DESK', hourlyCost: 0 },
    ],
    stored: [
      [
        'p1\u001f2026-01-01',
        {
          ...assignment,
          department: 'Ward 1',
          location: 'Bern',
          managerId: 'p9',
          hourlyCost: 42.5,
          performance: -0.1,
        },
      ],
      ['p1\u001f2026-02-01', { ...assignment, from: '2026-02-01', segment: 'DESK', hourlyCost: 0 }],
    ],
    rejects: [
      [{ ...assignment, personId: undefined }, 'personId', /is missing/],
      [{ ...assignment, from: null }, 'from', /is missing/],
      [{ ...assignment, role: '  ' }, 'role', /is missing/],
      [{ ...assignment, role: 'a\nb' }, 'role', /one line/],
      [{ ...assignment, segment: 'frontline' }, 'segment', /^must be FRONTLINE or DESK; /],
      [
        { ...assignment, hourlyCost: -1 },
        'hourlyCost',
        /^must be a number, at least 0; -1 is not$/,
      ],
      [{ ...assignment, hourlyCost: '42' }, 'hourlyCost', /a number/],
    ],
  },
  {
    collection: collections.skills,
    csv: `id,name,parentId,targets
https://example.org/skills/1,Triage,https://example.org/skills/0,Nurse=0.8; Dr = A=1
urn:skill:2,Läuft,,`,
    ndjson: [
      { ...skill, parentId: 'https://example.org/skills/0', targets: { Nurse: 0.8, 'Dr = A': 1 } },
      { id: 'urn:skill:2', name: 'Läuft', targets: {} },
    ],
    stored: [
      [
        skill.id,
        {
          ...skill,
          parentId: 'https://example.org/skills/0',
          targets: { 'Dr = A': 1, Nurse: 0.8 },
        },
      ],
      ['urn:skill:2', { id: 'urn:skill:2', name: 'Läuft' }],
    ],
    rejects: [
      [{ ...skill, id: 'triage' }, 'id', /an IRI with its scheme/],
      [{ ...skill, id: 'https://example.org/a b' }, 'id', /an IRI/],
      [{ id: skill.id }, 'name', /is missing/],
      [{ ...skill, parentId: skill.id }, 'parentId', /another skill/],
      [{ ...skill, targets: { Nurse: 1.1 } }, 'targets', /from 0 to 1; 1.1 is not$/],
      [{ ...skill, targets: ['Nurse=1'] }, 'targets', /role=level/],
    ],
  },
  {
    collection: collections.courses,
    csv: `id,name,skills,delivery,author,fixedCost,costPerLearner,expectedMinutes
https://example.org/courses/1,Triage basics,https://example.org/skills/1;urn:skill:2,FORMAL,L_AND_D,1000,12.5,90
https://example.org/courses/2,Tips,,IN_FLOW,SME,,,`,
    ndjson: [
      {
        ...course,
        skills: [skill.id, 'urn:skill:2'],
        fixedCost: 1000,
        costPerLearner: 12.5,
        expectedMinutes: 90,
      },
      { id: 'https://example.org/courses/2', name: 'Tips', delivery: 'IN_FLOW', author: 'SME' },
    ],
    stored: [
      [
        course.id,
        {
          id: course.id,
          name: course.name,
          skills: [skill.id, 'urn:skill:2'],
          delivery: 'FORMAL',
          author: 'L_AND_D',
          fixedCost: 1000,
          costPerLearner: 12.5,
          expectedMinutes: 90,
        },
      ],
      [
        'https://example.org/courses/2',
        {
          id: 'https://example.org/courses/2',
          name: 'Tips',
          skills: [],
          delivery: 'IN_FLOW',
          author: 'SME',
        },
      ],
    ],
    rejects: [
      [{ ...course, delivery: undefined }, 'delivery', /FORMAL or IN_FLOW/],
      [{ ...course, author: 'HR' }, 'author', /L_AND_D or SME/],
      [{ ...course, skills: ['triage'] }, 'skills', /"triage" is not$/],
      [{ ...course, skills: [['triage']] }, 'skills', /a list/],
      [{ ...course, expectedMinutes: -1 }, 'expectedMinutes', /at least 0/],
    ],
  },
  {
    collection: collections.kpis,
    csv: `id,name,unit,valuePerUnit,isolation,confidence
k1,Errors,errors a month,-40,,
k2,Sales,EUR,1,0.5,0`,
    ndjson: [
      kpi,
      { id: 'k2', name: 'Sales', unit: 'EUR', valuePerUnit: 1, isolation: 0.5, confidence: 0 },
    ],
    stored: [
      ['k1', { ...kpi, isolation: 1, confidence: 1 }],
      [
        'k2',
        { id: 'k2', name: 'Sales', unit: 'EUR', valuePerUnit: 1, isolation: 0.5, confidence: 0 },
      ],
    ],
    rejects: [
      [{ ...kpi, isolation: 1.5 }, 'isolation', /from 0 to 1/],
      [{ ...kpi, confidence: -0.1 }, 'confidence', /from 0 to 1/],
      [{ ...kpi, valuePerUnit: true }, 'valuePerUnit', /a number/],
      [{ ...kpi, unit: undefined }, 'unit', /is missing/],
    ],
  },
  {
    collection: collections.observations,
    csv: `kpiId,personId,at,value
k1,p1,2026-01-31,3
k1,p1,2026-02-01T00:30:00+01:00,0
k1,p1,2026-02-28T12:00:00.120Z,-2.5`,
    ndjson: [
      { ...observation, at: '2026-01-31' },
      { ...observation, at: '2026-02-01T00:30:00+01:00', value: 0 },
      { ...observation, at: '2026-02-28t12:00:00.12z', value: -2.5 },
    ],
    stored: [
      ['k1\u001fp1\u001f2026-01-31T00:00:00Z', observation],
      [
        'k1\u001fp1\u001f2026-01-31T23:30:00Z',
        { ...observation, at: '2026-01-31T23:30:00Z', value: 0 },
      ],
      [
        'k1\u001fp1\u001f2026-02-28T12:00:00.12Z',
        { ...observation, at: '2026-02-28T12:00:00.12Z', value: -2.5 },
      ],
    ],
    rejects: [
      [{ ...observation, at: '2026-01-31T12:00:00' }, 'at', /a timestamp with its zone/],
      [{ ...observation, at: '2026-02-30T12:00:00Z' }, 'at', /is not$/],
      [{ ...observation, at: '2026-02-28T24:00:00Z' }, 'at', /is not$/],
      [{ ...observation, at: '2026-02-29' }, 'at', /is not$/],
      [{ ...observation, at: 1769860800 }, 'at', /a timestamp/],
      [{ ...observation, value: '3' }, 'value', /a number/],
    ],
  },
  {
    collection: collections.platforms,
    csv: `id,name,device,inFlow,segments
Teams,Teams,MOBILE,TRUE,DESK
https://lms.example.org,"The
LMS",DESKTOP,false,FRONTLINE;DESK`,
    ndjson: [
      platform,
      {
        id: 'https://lms.example.org',
        name: 'The\nLMS',
        device: 'DESKTOP',
        inFlow: false,
        segments: ['FRONTLINE', 'DESK'],
      },
    ],
    stored: [
      ['Teams', platform],
      [
        'https://lms.example.org',
        {
          id: 'https://lms.example.org',
          name: 'The\nLMS',
          device: 'DESKTOP',
          inFlow: false,
          segments: ['FRONTLINE', 'DESK'],
        },
      ],
    ],
    rejects: [
      [{ ...platform, device: 'PHONE' }, 'device', /MOBILE or DESKTOP or SHARED/],
      [{ ...platform, inFlow: 'true' }, 'inFlow', /^must be true or false; "true" is not$/],
      [{ ...platform, segments: ['DESK', 'DESK'] }, 'segments', /names "DESK" twice/],
      [{ ...platform, segments: [] }, 'segments', /is missing/],
    ],
  },
  {
    collection: collections.pilots,
    csv: `id,name,courseIds,personIds,from,to
w1,Ward 1,https://example.org/courses/1,p1,2026-01-01,
w2,Ward 2,https://example.org/courses/1,p1;p2,2026-01-01,2026-01-01`,
    ndjson: [
      pilot,
      { ...pilot, id: 'w2', name: 'Ward 2', personIds: ['p1', 'p2'], to: pilot.from },
    ],
    stored: [
      ['w1', pilot],
      ['w2', { ...pilot, id: 'w2', name: 'Ward 2', personIds: ['p1', 'p2'], to: pilot.from }],
    ],
    rejects: [
      [{ ...pilot, to: '2025-12-31' }, 'to', /must not be before from/],
      [{ ...pilot, courseIds: undefined }, 'courseIds', /is missing/],
      [{ ...pilot, personIds: [1] }, 'personIds', /; 1 is not$/],
    ],
  },
];

test('every collection has examples', () => {
  expect(EXAMPLES.map(({ collection }) => collection)).toEqual(collections.COLLECTIONS);
});

describe.each(EXAMPLES)('$collection.name', ({ collection, csv, ndjson, stored, rejects }) => {
  const reader = createRecordReader(collection);
  const read = (format: FileFormat, file: string) => readRecords(reader, format, Buffer.from(file));
  const wanted = stored.map(([key, record]) => ({ key, json: JSON.stringify(record) }));

  test('CSV gives the records to store, members in column order', async () => {
    expect(await read(CSV, csv)).toEqual(wanted);
  });

  test('NDJSON gives the same, whatever the order of the members', async () => {
    const lines = ndjson.map((record) =>
      JSON.stringify(Object.fromEntries(Object.entries(record).reverse())),
    );
    expect(await read(NDJSON, lines.join('\n'))).toEqual(wanted);
  });

  test('what is stored reads back as itself', async () => {
    expect(await read(NDJSON, wanted.map(({ json }) => json).join('\n'))).toEqual(wanted);
  });

  test.each(rejects)('%j is refused for its %s: %s', async (record, column, reason) => {
    const refusal = await read(NDJSON, JSON.stringify(record)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PraxisError);
    expect(refusal).toMatchObject({
      code: 'INVALID',
      violations: [{ path: `line 1, column ${column}`, message: expect.stringMatching(reason) }],
    });
  });
});
