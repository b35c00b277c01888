import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  listAliases,
  pseudonymise,
  pseudonymiseStatement,
  pseudonymKey,
} from '../../statements/pseudonym.ts';
import { agentKey } from '../../statements/index-keys.ts';

const ACCOUNT = '"account":{"homePage":"https://praxis.invalid/erased","name":"x1"}';

describe('a pseudonym', () => {
  test.each([
    ['a mailbox', 'mailto:ann@example.org', '"mbox":"mailto:ann@example.org"'],
    ['a mailbox in escapes', 'mailto:ann@example.org', '"mbox":"mailto:\\u0061nn@example.org"'],
    ['a hash', 'sha1:0123', '"mbox_sha1sum":"0123"'],
    ['an OpenID', 'openid:https://ann.example', '"openid" : "https://ann.example"'],
    [
      'an account',
      'account:https://hr.example|42',
      '"account":{ "name":"42", "homePage":"https://hr.example" }',
    ],
  ])('takes the place of %s and of the name, to the byte', (_, key, identifier) => {
    const text = (inner: string): string =>
      `{ "actor" : {"objectType":"Agent",${inner}},\n"n":1.0,"big":12345678901234567890 }`;
    expect(pseudonymise(text(`"name":"Ann \\"A\\"", ${identifier}`), new Map([[key, 'x1']]))).toBe(
      text(` ${ACCOUNT}`),
    );
  });

  test('is given at any depth, in lists too, and to nobody else', () => {
    const text =
      '{"actor":{"objectType":"Group","name":"Team","member":[ {"mbox":"mailto:ann@e.org","name":"Ann"} , {"mbox":"mailto:bob@e.org","name":"Bob"}]},"context":{"instructor":{"mbox":"mailto:ann@e.org"},"extensions":{"x:1":[[{"mbox":"mailto:ann@e.org","deep":{"name":"kept"}}]]}}}';
    expect(pseudonymise(text, new Map([['mailto:ann@e.org', 'x1']]))).toBe(
      text
        .replace('"mbox":"mailto:ann@e.org","name":"Ann"', ACCOUNT)
        .replaceAll('"mbox":"mailto:ann@e.org"', ACCOUNT),
    );
  });

  test('is an agent like any other, and is not given twice', () => {
    const pseudonyms = new Map([['mailto:ann@e.org', 'x1']]);
    const once = pseudonymise('{"actor":{"mbox":"mailto:ann@e.org"}}', pseudonyms);
    expect(agentKey(JSON.parse(once).actor)).toBe(pseudonymKey('x1'));
    expect(pseudonymise(once, pseudonyms)).toBe(once);
  });

  test('is also for the hash of a mailbox', () => {
    // printf %s mailto:bob@example.com | sha1sum
    expect(listAliases('mailto:bob@example.com')).toEqual([
      'mailto:bob@example.com',
      'sha1:7560680e2567e081782bce4a5651785d547ad789',
    ]);
    expect(listAliases('openid:https://a.example')).toEqual(['openid:https://a.example']);
  });

  test('takes the signature off a statement, which holds what was signed, and no other attachment', () => {
    const photo = '{"usageType":"https://example.org/photo", "length":1}';
    const signature = '{"usageType":"http://adlnet.gov/expapi/attachments/signature","length":2}';
    const text = (attachments: string): string =>
      `{"actor":{"mbox":"mailto:ann@e.org"}${attachments},"n":1.0}`;
    const ann = new Map([['mailto:ann@e.org', 'x1']]);
    const expected = (attachments: string): string =>
      text(attachments).replace('"mbox":"mailto:ann@e.org"', ACCOUNT);
    expect(pseudonymiseStatement(text(`,"attachments":[${signature}, ${photo}]`), ann)).toBe(
      expected(`,"attachments":[${photo}]`),
    );
    expect(pseudonymiseStatement(text(`,"attachments":[${signature}]`), ann)).toBe(expected(''));
    const others = text(`,"attachments":[${signature}]`);
    expect(pseudonymiseStatement(others, new Map())).toBe(others);
  });

  test('changes no text that names nobody of them', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(pseudonymise(text, new Map([['mailto:ann@e.org', 'x1']]))).toBe(text);
      }),
    );
  });
});
