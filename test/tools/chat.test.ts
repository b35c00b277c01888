import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isSignedBySlack } from '../../examples/chat/signatures.ts';
import { ADMIN, walk, type TestServer } from '../http/server.ts';
import { HYGIENE, readEvents, startToolServer } from './tool-server.ts';

const SLACK_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const TEAMS_TOKEN = Buffer.from('a token of Teams').toString('base64');
const CHANNEL = 'C123ABC456';
const TEAMS_CHANNEL = '19:8a1b2c3d4e5f@thread.tacv2';

let server: TestServer;
let program: ChildProcess;
let url: string;
beforeAll(async () => {
  server = await startToolServer(
    [
      'account:https://app.slack.com/client/T123ABC456|U123ABC456',
      'account:https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47|b1c2d3e4-0000-4000-8000-000000000001',
    ],
    [],
  );
  const path = fileURLToPath(new URL('../../examples/chat/main.ts', import.meta.url));
  program = spawn(process.execPath, [path], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      LRS_URL: server.url,
      LRS_KEY: ADMIN.key,
      LRS_SECRET: ADMIN.secret,
      SLACK_SIGNING_SECRET: SLACK_SECRET,
      TEAMS_TOKEN,
      SKILLS: JSON.stringify({ [CHANNEL]: HYGIENE, [TEAMS_CHANNEL]: HYGIENE }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(program.stdout!)) {
    url = line.replace('Listening on ', '');
    break;
  }
});
afterAll(async () => {
  program.kill();
  await server.close();
});

function send(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
}

function sendAsSlack(message: object, ageSeconds = 0, secret = SLACK_SECRET): Promise<Response> {
  const body = JSON.stringify(message);
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return send('/slack', body, {
    'X-Slack-Request-Timestamp': timestamp,
    'X-Slack-Signature': `v0=${hash}`,
  });
}

function sendAsTeams(message: object, token = TEAMS_TOKEN): Promise<Response> {
  const body = JSON.stringify(message);
  const key = Buffer.from(token, 'base64');
  const hash = createHmac('sha256', key).update(body).digest('base64');
  return send('/teams', body, { Authorization: `HMAC ${hash}` });
}

/** As Slack documents reaction_added and message. */
function wrap(eventId: string, event: object): object {
  return {
    token: 'XXYYZZ',
    team_id: 'T123ABC456',
    api_app_id: 'A123ABC456',
    event,
    type: 'event_callback',
    authorizations: [
      { team_id: 'T123ABC456', user_id: 'U123ABC456', is_bot: false, is_enterprise_install: false },
    ],
    event_id: eventId,
    event_time: 1772442000,
  };
}

function react(eventId: string, reaction: string): object {
  return wrap(eventId, {
    type: 'reaction_added',
    user: 'U123ABC456',
    reaction,
    item_user: 'U222222222',
    item: { type: 'message', channel: CHANNEL, ts: '1772440000.498405', channel_type: 'channel' },
    event_ts: '1772442000.083113',
  });
}

function say(eventId: string, more: object = {}): object {
  return wrap(eventId, {
    type: 'message',
    channel: CHANNEL,
    user: 'U123ABC456',
    text: 'Here is how we log temperatures.',
    ts: '1772441000.000200',
    event_ts: '1772441000.000200',
    channel_type: 'channel',
    ...more,
  });
}

/** An activity of the Bot Framework, as an outgoing webhook of Teams posts it. */
function mention(id: string, text: string): object {
  return {
    type: 'message',
    id,
    timestamp: '2026-03-02T09:00:00.123Z',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    channelId: 'msteams',
    from: {
      id: '29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB',
      name: 'Ana Silva',
      aadObjectId: 'b1c2d3e4-0000-4000-8000-000000000001',
    },
    conversation: {
      isGroup: true,
      id: `${TEAMS_CHANNEL};messageid=${id}`,
      conversationType: 'channel',
    },
    recipient: null,
    textFormat: 'plain',
    text,
    channelData: {
      teamsChannelId: TEAMS_CHANNEL,
      teamsTeamId: '19:team@thread.tacv2',
      tenant: { id: '72f988bf-86f1-41af-91ab-2d7cd011db47' },
    },
  };
}

test('the signature that Slack’s documentation computes is found right', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const signed = {
    timestamp: '1531420618',
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };
  expect(isSignedBySlack(SLACK_SECRET, signed, body)).toBe(true);
  expect(isSignedBySlack(SLACK_SECRET, signed, `${body} `)).toBe(false);
});

test('the challenge is answered; what Slack or Teams did not sign, or long ago, stores nothing', async () => {
  const challenge = {
    token: 'x',
    challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
    type: 'url_verification',
  };
  const answer = await sendAsSlack(challenge);
  expect(await answer.json()).toEqual({ challenge: challenge.challenge });
  const before = await server.countStatements();
  const refused = [
    await sendAsSlack(say('Ev0'), 0, 'another secret'),
    await sendAsSlack(say('Ev0'), 301),
    await sendAsTeams(mention('1', 'used it'), Buffer.from('other').toString('base64')),
  ];
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(await server.countStatements()).toBe(before);
});

test('messages engage, the reaction for use at work applies the channel’s skill, and retries store nothing twice', async () => {
  const sent = [
    await sendAsSlack(say('Ev1')),
    await sendAsSlack(say('Ev2', { subtype: 'file_share' })),
    await sendAsSlack(react('Ev3', 'hammer_and_wrench')),
    await sendAsSlack(react('Ev3', 'hammer_and_wrench')),
    await sendAsSlack(react('Ev4', 'thumbsup')),
    await sendAsSlack(say('Ev5', { bot_id: 'B1' })),
    await sendAsTeams(mention('1485983408511', '<at>Praxis</at> used it on the early shift')),
    await sendAsTeams(mention('1485983408512', '<at>Praxis</at> how long do I keep the log?')),
  ];
  expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
  expect(await sent.at(-1)!.json()).toEqual({ type: 'message', text: 'Noted.' });
  const stored = await walk(server.as(server.admin), '?ascending=true');
  const events = await readEvents(
    server,
    stored.map(({ id }) => id),
  );
  expect(events.map((each) => each.map(({ kind, skill, tier }) => [kind, skill, tier]))).toEqual([
    [['ENGAGED', null, null]],
    [
      ['CONTRIBUTED', null, null],
      ['ENGAGED', null, null],
    ],
    [['APPLIED', HYGIENE, 'SYSTEM']],
    [['APPLIED', HYGIENE, 'SYSTEM']],
    [['ENGAGED', null, null]],
  ]);
});
