import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import XAPI from '@xapi/xapi';
import { activityNamed, makeStatement } from './sample-statements.ts';
import { startTestServer, type TestServer } from './server.ts';

/** Clients that others wrote and courses use: what they send is stored, and they find it again. */
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('@xapi/xapi', () => {
  function connectClient(): InstanceType<typeof XAPI.default> {
    const { key, secret } = server.admin;
    const auth = XAPI.default.toBasicAuth(key, secret);
    return new XAPI.default({ endpoint: `${server.url}/xapi/`, auth, version: '1.0.3' });
  }
  const actor = { objectType: 'Agent' as const, mbox: 'mailto:xapi-client@example.org' };
  const verb = { id: 'https://example.org/verbs/tried', display: { en: 'tried' } };

  test('finds by id and by agent what it sent', async () => {
    const client = connectClient();
    const statement = { actor, verb, object: activityNamed('xapi-client') };
    const { data: ids } = await client.sendStatement({ statement });
    const { data: found } = await client.getStatement({ statementId: ids[0]! });
    expect(found).toMatchObject({ ...statement, id: ids[0] });
    const { data: list } = await client.getStatements({ agent: actor });
    expect(list.statements.map(({ id }) => id)).toEqual(ids);
  });

  test('walks from page to page, and voids', async () => {
    const client = connectClient();
    const object = activityNamed(randomUUID());
    const batch = Array.from({ length: 3 }, () => ({ actor, verb, object }));
    const { data: ids } = await client.sendStatements({ statements: batch });
    const { data: first } = await client.getStatements({ activity: object.id, limit: 2 });
    const { data: second } = await client.getMoreStatements({ more: first.more });
    const rest = 'statements' in second ? second.statements : [];
    expect([...first.statements, ...rest].map(({ id }) => id)).toEqual(ids.toReversed());

    await client.voidStatement({ actor, statementId: ids[0]! });
    const { data: voided } = await client.getVoidedStatement({ voidedStatementId: ids[0]! });
    expect(voided).toMatchObject({ id: ids[0] });
  });

  test('is told what is wrong with a statement', async () => {
    const statement = { actor, verb: { id: 'no IRI', display: {} }, object: activityNamed('x') };
    await expect(connectClient().sendStatement({ statement })).rejects.toMatchObject({
      response: { status: 400, data: { error: { code: 'INVALID' } } },
    });
  });

  test('reads about', async () => {
    const { data } = await connectClient().getAbout();
    expect(data.version).toContain('1.0.3');
  });
});

describe('tincanjs', () => {
  // It comes without types.
  const TinCan = createRequire(import.meta.url)('tincanjs');

  interface Found {
    readonly id: string;
    readonly verb: { readonly id: string };
  }
  interface Page {
    readonly statements: readonly Found[];
    readonly more: string;
  }

  function connectClient() {
    const { key, secret } = server.admin;
    return new TinCan.LRS({
      endpoint: `${server.url}/xapi/`,
      username: key,
      password: secret,
      version: '1.0.2',
      allowFail: false,
    });
  }
  /** TinCanJS calls back with an error or null, then the result. */
  function call<T>(start: (callback: (error: unknown, result: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, result) => {
        if (error === null) resolve(result);
        else reject(new Error(`TinCanJS failed: ${JSON.stringify(error)}`));
      });
    });
  }

  test('finds by id, by agent and page by page what it saved', async () => {
    const client = connectClient();
    const agent = new TinCan.Agent({ mbox: 'mailto:tincan-client@example.org' });
    const sent = Array.from(
      { length: 3 },
      () => new TinCan.Statement(makeStatement({ actor: agent })),
    );
    for (const one of sent) await call((callback) => client.saveStatement(one, { callback }));

    const found = await call<Found>((callback) =>
      client.retrieveStatement(sent[0].id, { callback }),
    );
    expect(found.id).toBe(sent[0].id);
    expect(found.verb.id).toBe(sent[0].verb.id);

    const params = { agent, limit: 2 };
    const first = await call<Page>((callback) => client.queryStatements({ params, callback }));
    const second = await call<Page>((callback) =>
      client.moreStatements({ url: first.more, callback }),
    );
    const ids = [...first.statements, ...second.statements].map(({ id }) => id);
    expect(ids).toEqual(sent.map(({ id }) => id).toReversed());
  });

  test('saves a batch', async () => {
    const client = connectClient();
    const batch = Array.from({ length: 5 }, () => new TinCan.Statement(makeStatement()));
    await call((callback) => client.saveStatements(batch, { callback }));
    for (const { id } of batch) {
      const found = await call<Found>((callback) => client.retrieveStatement(id, { callback }));
      expect(found.id).toBe(id);
    }
  });
});
