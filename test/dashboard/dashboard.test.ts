/**
 * The dashboard as a person meets it: a real Chromium, the real server, the demo organisation made small.
 * What the page says is held to what GraphQL says.
 */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { DEFAULT_SEED } from '../../scripts/demo/generate.ts';
import { loadDemo } from '../../scripts/demo/load.ts';
import { startTestServer, type TestServer } from '../http/server.ts';
import { findChromium, launchBrowser } from './browser.ts';

const LOAD_TIMEOUT_MS = 180_000;
const PAGE_TIMEOUT_MS = 20_000;
const PERIOD = { from: '2025-07-01', to: '2026-07-01' } as const;
const REPORT = `from=${PERIOD.from}&to=${PERIOD.to}`;
const PAGES = [
  '/',
  '/dashboard/application',
  '/dashboard/roi',
  '/dashboard/reach',
  '/dashboard/statements',
  '/dashboard/import',
  '/dashboard/keys',
];

/** What the tests ask of a slice; each asks for some of it. */
interface Slice {
  readonly headcount: number;
  readonly suppressed: boolean;
  readonly participation: { readonly active: number; readonly rate: number };
  readonly skill: { readonly name: string };
  readonly skillApplication: { readonly matured: number | null; readonly rate: number | null };
}

const AXE_TIMEOUT_MS = 120_000;
const chromium = findChromium();
if (chromium === null)
  console.warn(
    'Skipped: the dashboard in a browser. Install Chromium (apt-get install chromium), or set CHROMIUM to its path, and run npm test again.',
  );

(chromium === null ? describe.skip : describe)('the dashboard', () => {
  let server: TestServer<'analyst'>;
  let browser: Browser;
  let context: BrowserContext;
  let complaints: string[] = [];

  beforeAll(async () => {
    server = await startTestServer({
      credentials: { analyst: ['analytics/read'] },
      settings: { MIN_GROUP_SIZE: '5' },
    });
    const { url, admin } = server;
    await loadDemo({ ...admin, url, seed: DEFAULT_SEED, scale: 0.06, end: PERIOD.to });
    browser = await launchBrowser(chromium ?? '');
  }, LOAD_TIMEOUT_MS);

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  interface View {
    readonly width?: number;
    readonly colorScheme?: 'light' | 'dark';
  }

  async function openPage(path: string, view: View = {}): Promise<Page> {
    context = await browser.newContext({
      baseURL: server.url,
      viewport: { width: view.width ?? 1280, height: 900 },
      colorScheme: view.colorScheme ?? 'light',
      acceptDownloads: true,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PAGE_TIMEOUT_MS);
    complaints = [];
    // What the server refuses the browser reports as an error of its own; the page has to show it.
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        complaints.push(message.text());
    });
    await page.goto(path);
    return page;
  }

  async function openSignedIn(path: string, view: View = {}): Promise<Page> {
    const { key, secret } = server.admin;
    const fragment = new URLSearchParams({ key, secret }).toString();
    const page = await openPage(`${path}#${fragment}`, view);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  async function ask(fields: string, where = ''): Promise<readonly Slice[]> {
    const query = `{ workforce(period: {from: "${PERIOD.from}", to: "${PERIOD.to}"}${where}) { slices { ${fields} } } }`;
    const { body } = await server.as(server.admin).post('/graphql').send({ query });
    return body.data.workforce.slices;
  }

  function tile(page: Page, name: string): ReturnType<Page['locator']> {
    return page.locator('.tile').filter({ hasText: name }).locator('.value');
  }

  /** Until the figure shows what was asked last. */
  async function settle(page: Page): Promise<void> {
    await page.waitForFunction(
      () =>
        document.querySelector('[aria-busy="true"]') === null &&
        document.querySelector('.waiting') === null,
    );
  }

  const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

  test('refuses a wrong secret in words, and lets a right one in', async () => {
    const page = await openPage('/');
    await page.getByLabel('Key').fill(server.admin.key);
    await page.getByLabel('Secret').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('does not know this key').waitFor();
    await page.getByLabel('Secret').fill(server.admin.secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Does training turn into work?' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('takes a key from the address and leaves nothing of it there', async () => {
    const page = await openSignedIn('/');
    expect(page.url()).toBe(`${server.url}/`);
  });

  test('shows what GraphQL says, and changes with the segment and the period', async () => {
    const page = await openSignedIn(`/?${REPORT}`);
    await settle(page);
    const [all] = await ask('headcount participation { rate }');
    expect(await tile(page, 'Take part').textContent()).toBe(
      percent.format(all!.participation.rate),
    );

    await page.getByRole('combobox', { name: 'Segment' }).selectOption('Frontline');
    await page.waitForURL(/segment=FRONTLINE/);
    await settle(page);
    const [frontline] = await ask(
      'headcount participation { rate }',
      ', where: {segments: [FRONTLINE]}',
    );
    expect(frontline!.headcount).toBeLessThan(all!.headcount);
    expect(await tile(page, 'Take part').textContent()).toBe(
      percent.format(frontline!.participation.rate),
    );
    expect(await tile(page, 'People').textContent()).toBe(String(frontline!.headcount));

    await page.getByRole('textbox', { name: 'From' }).fill('2026-06-01');
    await page.waitForURL(/from=2026-06-01/);
    await settle(page);
    expect(await tile(page, 'Take part').textContent()).not.toBe(
      percent.format(frontline!.participation.rate),
    );
  });

  test('compares with the period before when it is asked to', async () => {
    const page = await openSignedIn('/?from=2026-03-01&to=2026-06-01');
    await page.getByRole('combobox', { name: 'Compare to' }).selectOption('The period before');
    await page.waitForURL(/compareTo=previous/);
    await page
      .getByText(/points on the period before/)
      .first()
      .waitFor();
  });

  test('gives every figure as a table, as CSV and as the query that made it', async () => {
    const page = await openSignedIn(`/dashboard/application?${REPORT}`);
    const figure = page.getByRole('region', { name: 'Application by skill' });
    await settle(page);
    await figure.getByRole('button', { name: 'Table' }).click();
    const slices = await ask('skill { name } skillApplication { matured rate }', ', by: [SKILL]');
    const rows = await figure.locator('tbody tr').allTextContents();
    expect(rows).toHaveLength(slices.length);

    const saving = page.waitForEvent('download');
    await figure.getByRole('button', { name: 'CSV' }).click();
    const csv = await readFile(await (await saving).path(), 'utf8');
    const lines = csv.trimEnd().split('\r\n');
    expect(lines[0]).toBe('Name,Matured,Applied,Rate,From,To,Median days,Still in use');
    for (const [index, { skill, skillApplication }] of slices.entries()) {
      const [name, matured, , rate] = lines[index + 1]!.split(',');
      expect(name).toBe(skill.name);
      expect(matured).toBe(String(skillApplication.matured ?? ''));
      expect(rate).toBe(String(skillApplication.rate ?? ''));
    }

    await figure.getByRole('button', { name: 'GraphQL' }).click();
    const [query, variables] = await figure.locator('pre').allTextContents();
    const answer = await server
      .as(server.admin)
      .post('/graphql')
      .send({ query, variables: JSON.parse(variables!) });
    expect(answer.body.errors).toBeUndefined();
    expect(answer.body.data.workforce.slices).toHaveLength(slices.length);
  });

  test('says that slices are hidden, and why', async () => {
    const page = await openSignedIn(`/dashboard/application?${REPORT}`);
    const hidden = await ask('role suppressed skillApplication { rate }', ', by: [ROLE]');
    expect(hidden.some(({ suppressed }) => suppressed)).toBe(true);
    const figure = page.getByRole('region', { name: 'Application by role' });
    await figure.getByText(/too few people stand behind/).waitFor();
  });

  test('assigns an actor nobody knows to a person, and the number moves', async () => {
    const admin = server.as(server.admin);
    await admin
      .put('/workforce/people')
      .type('application/x-ndjson')
      .send('{"id":"NEW1","name":"Nora New","agents":["mailto:nora@fennelandrye.example"]}\n')
      .expect(200);
    await admin
      .put('/workforce/assignments')
      .type('application/x-ndjson')
      .send(
        '{"personId":"NEW1","from":"2026-01-01","role":"Store Associate","segment":"FRONTLINE"}\n',
      )
      .expect(200);
    await admin
      .post('/xapi/statements')
      .send({
        actor: { account: { homePage: 'https://kiosk.fennelandrye.example', name: 'N-1' } },
        verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
        object: { id: 'https://kiosk.fennelandrye.example/lessons/1' },
        timestamp: '2026-03-01T09:00:00Z',
      })
      .expect(200);
    await admin.post('/analytics/refresh').expect(200);
    const [before] = await ask('participation { active }');

    const page = await openSignedIn(`/dashboard/reach?${REPORT}`);
    const actor = 'account:https://kiosk.fennelandrye.example|N-1';
    const form = page.getByRole('form', { name: `Assign ${actor} to a person` });
    await form.getByRole('textbox').fill('nobody at all');
    await form.getByRole('button', { name: 'Assign' }).click();
    await form
      .getByRole('alert')
      .getByText(/has no record nobody at all/)
      .waitFor();
    await form.getByRole('textbox').fill('NEW1');
    await form.getByRole('button', { name: 'Assign' }).click();
    await form.waitFor({ state: 'detached' });
    const [after] = await ask('participation { active }');
    expect(after!.participation.active).toBe(before!.participation.active + 1);
  });

  test('says what a verb is, and the verb is counted from then on', async () => {
    const verb = 'https://kiosk.fennelandrye.example/verbs/tapped-through';
    const admin = server.as(server.admin);
    await admin
      .post('/xapi/statements')
      .send({
        actor: { mbox: 'mailto:nora@fennelandrye.example' },
        verb: { id: verb },
        object: { id: 'https://kiosk.fennelandrye.example/lessons/2' },
        timestamp: '2026-02-01T09:00:00Z',
      })
      .expect(200);
    await admin.post('/analytics/refresh').expect(200);
    const page = await openSignedIn(`/dashboard/reach?${REPORT}`);
    const form = page.getByRole('form', { name: `Say what ${verb} is` });
    await form.getByRole('button', { name: 'Add the rule' }).click();
    await form.waitFor({ state: 'detached' });
    const { body } = await admin.get('/workforce/rules');
    expect(body.records).toEqual([
      expect.objectContaining({ kind: 'ENGAGED', when: { verbs: [verb] } }),
    ]);
  });

  test('shows what is wrong in a file by row, takes nothing of it, and takes the corrected one', async () => {
    const page = await openSignedIn('/dashboard/import');
    const drop = page.getByRole('region', { name: 'Import kpis' });
    const header = 'id,name,unit,valuePerUnit\n';
    await drop.getByLabel('File of kpis').setInputFiles({
      name: 'kpis.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${header}returns,Returns,items,-4\nwaste,Waste,kg,much\n`),
    });
    await drop
      .getByRole('alert')
      .getByText(/Nothing of kpis.csv was taken/)
      .waitFor();
    expect(await drop.locator('tbody tr').allTextContents()).toEqual([
      expect.stringMatching(/3.*valuePerUnit/),
    ]);
    const admin = server.as(server.admin);
    expect((await admin.get('/workforce/kpis/returns')).status).toBe(404);
    await drop.getByLabel('File of kpis').setInputFiles({
      name: 'kpis.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${header}returns,Returns,items,-4\n`),
    });
    await drop.getByText('kpis.csv: 1 new, 0 changed').waitFor();
    expect((await admin.get('/workforce/kpis/returns')).body).toMatchObject({ name: 'Returns' });
  });

  test('makes a key that works, and revokes it after asking once more', async () => {
    const page = await openSignedIn('/dashboard/keys');
    await page.getByLabel('Name').fill('Kiosk');
    await page.getByLabel('For').selectOption('A dashboard or BI tool that reads numbers');
    await page.getByRole('button', { name: 'Make a key' }).click();
    const made = page.locator('.made code');
    await made.first().waitFor();
    const [key = '', secret = ''] = await made.allTextContents();
    const client = server.as({ key, secret });
    expect((await client.post('/graphql').send({ query: '{ __typename }' })).status).toBe(200);
    const row = page.getByRole('row', { name: /Kiosk/ });
    await row.getByRole('button', { name: 'Revoke Kiosk' }).click();
    await row.getByRole('button', { name: 'Revoke Kiosk for good' }).click();
    await row.waitFor({ state: 'detached' });
    expect((await client.post('/graphql').send({ query: '{ __typename }' })).status).toBe(401);
  });

  test('tells who may not see something that they may not', async () => {
    const { key, secret } = server.credentials.analyst;
    const page = await openPage(
      `/dashboard/keys#${new URLSearchParams({ key, secret }).toString()}`,
    );
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/admin/);
  });

  test('finds statements, looks inside and follows a reference', async () => {
    const admin = server.as(server.admin);
    const { body: ids } = await admin.post('/xapi/statements').send({
      actor: { mbox: 'mailto:nora@fennelandrye.example' },
      verb: { id: 'http://adlnet.gov/expapi/verbs/asked', display: { en: 'asked' } },
      object: { id: 'https://kiosk.fennelandrye.example/questions/1' },
    });
    await admin
      .post('/xapi/statements')
      .send({
        actor: { mbox: 'mailto:ben@fennelandrye.example' },
        verb: { id: 'http://adlnet.gov/expapi/verbs/commented', display: { en: 'commented' } },
        object: { objectType: 'StatementRef', id: ids[0] },
      })
      .expect(200);
    const page = await openSignedIn('/dashboard/statements');
    await page.getByLabel('Agent').fill('mailto:ben@fennelandrye.example');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('commented').first().click();
    await page.getByRole('button', { name: 'Follow the reference' }).click();
    await page.locator('summary', { hasText: 'asked' }).waitFor();
  });

  test('can be used by keyboard alone', async () => {
    const page = await openSignedIn(`/?${REPORT}`);
    await settle(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    const table = page
      .getByRole('region', { name: 'Participation by segment' })
      .getByRole('button', { name: 'Table' });
    for (let presses = 0; presses < 40; presses += 1) {
      if (await table.evaluate((button) => button === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Participation by segment' }).waitFor();
  });

  test('fits a phone: nothing is wider than the screen', async () => {
    const page = await openSignedIn(`/?${REPORT}`, { width: 360 });
    for (const path of PAGES) {
      await page.goto(`${path}?${REPORT}`);
      await settle(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, width]).toEqual([path, 360]);
    }
  });

  test(
    'axe finds nothing on any page',
    async () => {
      const page = await openSignedIn('/');
      for (const path of PAGES) {
        await page.goto(`${path}?${REPORT}`);
        await settle(page);
        expect(await findBarriers(page, path)).toEqual([]);
      }
    },
    AXE_TIMEOUT_MS,
  );

  test(
    'the colours have contrast enough in the dark too',
    async () => {
      const page = await openSignedIn('/', { colorScheme: 'dark' });
      for (const path of PAGES) {
        await page.goto(`${path}?${REPORT}`);
        await settle(page);
        expect(await findBarriers(page, path, ['color-contrast'])).toEqual([]);
      }
    },
    AXE_TIMEOUT_MS,
  );
});

async function findBarriers(
  page: Page,
  path: string,
  rules: string[] | null = null,
): Promise<readonly object[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === null ? axe : axe.withRules(rules)).analyze();
  return violations.map(({ id, nodes }) => ({ path, id, html: nodes[0]?.html }));
}
