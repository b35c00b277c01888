import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { setAt } from '../rules/example-statement.ts';
import { expectContract } from './openapi.ts';
import {
  activityNamed,
  agentNamed,
  makeStatement,
  makeVoider,
  queryOf,
} from './sample-statements.ts';
import { ADMIN, startTestServer, STATEMENTS, type TestServer } from './server.ts';

/**
 * What the ADL conformance suite has a test for that cannot fail: one that sends no request, does not
 * look at the answer, or sends another parameter than it says. docs/conformance.md lists them.
 */
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

function rulesIn({ body }: Response): string[] {
  return (body.error?.violations ?? []).map(({ rule }: { rule: string }) => rule);
}

describe.each(['1.0.3', '2.0.0'])('In %s', (version) => {
  let client: TestAgent;
  beforeAll(() => {
    client = server.as(server.admin, version);
  });

  describe('XAPI-00011: an IRI without a scheme is refused', () => {
    const BARE = 'example.org/no-scheme';
    const ATTACHMENT = {
      usageType: 'https://example.org/usage',
      display: { en: 'A file' },
      contentType: 'text/plain',
      length: 0,
      sha2: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      fileUrl: 'https://example.org/file',
    };
    test.each([
      ['verb', '/verb/id', BARE],
      ['openid', '/actor', { openid: BARE }],
      ['homePage of an account', '/actor', { account: { homePage: BARE, name: 'ada' } }],
      ['activity', '/object/id', BARE],
      ['type of an activity', '/object/definition', { type: BARE }],
      ['moreInfo of an activity', '/object/definition', { moreInfo: BARE }],
      ['extension of an activity', '/object/definition', { extensions: { [BARE]: 1 } }],
      ['extension of a context', '/context', { extensions: { [BARE]: 1 } }],
      ['extension of a result', '/result', { extensions: { [BARE]: 1 } }],
      ['usageType of an attachment', '/attachments', [{ ...ATTACHMENT, usageType: BARE }]],
      ['fileUrl of an attachment', '/attachments', [{ ...ATTACHMENT, fileUrl: BARE }]],
    ])('as %s', async (_where, pointer, value) => {
      const statement = makeStatement();
      setAt(statement, pointer, value);
      const path = STATEMENTS + queryOf({ statementId: statement.id });
      for (const answer of [
        expectContract(await client.put(path).send(statement)),
        expectContract(await client.post(STATEMENTS).send([makeStatement(), statement])),
      ])
        expect([answer.status, rulesIn(answer)]).toEqual([
          400,
          expect.arrayContaining(['XAPI-00011']),
        ]);
      expect((await client.get(path)).status).toBe(404);
    });
  });

  test.each([
    ['statementId', 'wrong'],
    ['voidedStatementId', 'wrong'],
    ['agent', 'wrong'],
    ['agent', '{"mbox":"mailto:ada"}'],
    ['verb', 'not.a.valid.iri.com/verb'],
    ['activity', 'not.a.valid.iri.com/activity'],
    ['registration', 'wrong'],
    ['since', 'yesterday'],
    ['until', '2026-02-30T12:00:00Z'],
    ['limit', 'many'],
    ['ascending', 'TRUE'],
    ['attachments', '1'],
    ['format', 'full'],
  ])('XAPI-00012: %s=%s is refused as the same value in a statement is', async (name, value) => {
    const answer = expectContract(await client.get(STATEMENTS + queryOf({ [name]: value })));
    expect([answer.status, rulesIn(answer)]).toEqual([400, expect.arrayContaining(['XAPI-00012'])]);
  });

  test.each([
    ['XAPI-00150', 'voidedStatementId'],
    ['XAPI-00151', 'statementId'],
  ])('%s: %s goes with no filter, though the statement is there', async (rule, parameter) => {
    const target = makeStatement();
    const sent = parameter === 'statementId' ? [target] : [target, makeVoider(target.id)];
    expect((await client.post(STATEMENTS).send(sent)).status).toBe(200);
    const filters = {
      agent: agentNamed('ada'),
      verb: 'https://example.org/verbs/a',
      activity: activityNamed('a').id,
      registration: randomUUID(),
      related_activities: 'true',
      related_agents: 'true',
      since: '2020-01-01T00:00:00Z',
      until: '2040-01-01T00:00:00Z',
      limit: '1',
      ascending: 'true',
    };
    for (const [name, value] of Object.entries(filters)) {
      const path = STATEMENTS + queryOf({ [parameter]: target.id, [name]: value });
      const answer = expectContract(await client.get(path));
      expect([name, answer.status, rulesIn(answer)]).toEqual([name, 400, [rule]]);
    }
    const alone = { [parameter]: target.id, format: 'ids', attachments: 'false' };
    expect((await client.get(STATEMENTS + queryOf(alone))).status).toBe(200);
  });

  test.each(['true', 'activity', ''])(
    'XAPI-00250: GET /activities refuses the activityId "%s", no IRI',
    async (activityId) => {
      const answer = expectContract(await client.get(`/xapi/activities${queryOf({ activityId })}`));
      expect([answer.status, rulesIn(answer)]).toEqual([400, ['XAPI-00012']]);
    },
  );

  test('XAPI-00256: POST of an agent profile refuses an agent that is none, and stores nothing', async () => {
    for (const agent of ['true', '{}', '"ada"', '{"name":"Ada"}']) {
      const profileId = randomUUID();
      const path = (who: unknown): string =>
        `/xapi/agents/profile${queryOf({ agent: who, profileId })}`;
      const answer = expectContract(await client.post(path(agent)).send({ a: 1 }));
      expect([answer.status, rulesIn(answer)]).toEqual([
        400,
        expect.arrayContaining(['XAPI-00256']),
      ]);
      expect((await client.get(path(agentNamed('ada')))).status).toBe(404);
    }
  });

  describe('XAPI-00334: without a credential that holds', () => {
    const secretOf = (text: string): string => Buffer.from(text).toString('base64');
    const { key, secret } = ADMIN;
    const BAD: readonly (readonly [string, string | null])[] = [
      ['none', null],
      ['a name and password that nobody has', `Basic ${secretOf('RobCIsNot:AUserOnThisLRS')}`],
      ['another secret', `Basic ${secretOf(`${key}:${secret}x`)}`],
      ['no secret', `Basic ${secretOf(`${key}:`)}`],
      ['a key alone', `Basic ${secretOf(key)}`],
      ['the scheme with a colon', `Basic:${secretOf(`${key}:${secret}`)}`],
      ['no scheme', secretOf(`${key}:${secret}`)],
      ['another scheme', `Digest ${secretOf(`${key}:${secret}`)}`],
      ['a token that is none', 'Bearer x.y.z'],
    ];

    test.each(BAD)(
      '(%s) every resource answers 401, and nothing is stored',
      async (_case, header) => {
        const statement = makeStatement();
        const stranger = server.anonymous().set('X-Experience-API-Version', version);
        if (header !== null) stranger.set('Authorization', header);
        const one = STATEMENTS + queryOf({ statementId: statement.id });
        const profile = `/xapi/agents/profile${queryOf({ agent: agentNamed('ada'), profileId: statement.id })}`;
        const answers = [
          await stranger.put(one).send(statement),
          await stranger.post(STATEMENTS).send(statement),
          await stranger.get(STATEMENTS),
          await stranger.get(`/xapi/agents${queryOf({ agent: agentNamed('ada') })}`),
          await stranger.get(`/xapi/activities${queryOf({ activityId: activityNamed('a').id })}`),
          await stranger.put(profile).set('If-None-Match', '*').send({ a: 1 }),
          await stranger.get(profile),
        ];
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
        for (const { headers, body } of answers)
          expect([headers['www-authenticate'], body.error.code]).toEqual([
            expect.stringMatching(/^Basic /),
            'UNAUTHENTICATED',
          ]);
        expect((await client.get(one)).status).toBe(404);
        expect((await client.get(profile)).status).toBe(404);
      },
    );

    test('About answers all the same', async () => {
      expect((await server.anonymous().get('/xapi/about')).status).toBe(200);
    });
  });
});
