import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  MAX_DEPTH,
  checkStructure,
  editElements,
  editMembers,
  elementSpans,
  keepMembers,
  memberSpans,
  parseJson,
} from '../../statements/json-text.ts';

/** JSON values, and the texts that spell them with any indentation and with escapes that are not needed. */
const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\n\t'), fc.boolean())
  .map(([value, space, escapes]) => {
    const text = JSON.stringify(value, null, space);
    return escapes ? text.replace(/(?<!\\)a/g, '\\u0061') : text;
  });

describe('Spans', () => {
  test('of an array, its elements re-assemble it', () => {
    fc.assert(
      fc.property(fc.array(jsonText), fc.constantFrom(',', ' , ', '\n,'), (texts, comma) => {
        const text = ` [ ${texts.join(comma)} ] `;
        const spans = elementSpans(text);
        expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(texts);
      }),
    );
  });

  test('of an object, its members have the names and values that JSON.parse gives', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), jsonText),
        fc.constantFrom('', ' ', '\r\n'),
        (members, space) => {
          const entries = Object.entries(members);
          const text = `${space}{${space}${entries
            .map(([name, value]) => `${JSON.stringify(name)}${space}:${space}${value}${space}`)
            .join(`,${space}`)}}`;
          const spans = memberSpans(text);
          expect(spans.map(({ name }) => name)).toEqual(entries.map(([name]) => name));
          expect(spans.map(({ valueStart, end }) => text.slice(valueStart, end))).toEqual(
            entries.map(([, value]) => value),
          );
          expect(spans.every(({ start, end }) => text[start] === '"' && end <= text.length)).toBe(
            true,
          );
        },
      ),
    );
  });

  test('of a value that is no object, there are no members', () => {
    expect(memberSpans('[{"a":1}]')).toEqual([]);
    expect(memberSpans('12')).toEqual([]);
  });

  test('skip strings that hold quotes, backslashes and brackets', () => {
    const text = String.raw`{"a\\":"\"}\\","b":["]\\\"",{"}":"{"}]}`;
    expect(memberSpans(text).map(({ valueStart, end }) => text.slice(valueStart, end))).toEqual([
      String.raw`"\"}\\"`,
      String.raw`["]\\\"",{"}":"{"}]`,
    ]);
  });
});

describe('Structure', () => {
  test('of any text that JSON.stringify wrote is fine', () => {
    fc.assert(fc.property(jsonText, (text) => checkStructure(text)));
  });

  test('is refused when a name occurs twice in one object, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '0', '/', '~'), { maxLength: 5 }),
        fc.string(),
        (path, name) => {
          const quoted = JSON.stringify(name);
          const inner = `{${quoted}:1,"other ${'x'.repeat(40)}":2,${quoted}:3}`;
          const text = path.reduceRight(
            (value, key) => (key === '0' ? `[${value}]` : `{"${key}":${value}}`),
            inner,
          );
          const pointer = [...path, name]
            .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
            .join('');
          expect(() => checkStructure(text)).toThrow(
            expect.objectContaining({
              code: 'INVALID',
              violations: [expect.objectContaining({ path: pointer })],
            }),
          );
        },
      ),
    );
  });

  test('sees through escapes, and through a crowd of names', () => {
    expect(() => checkStructure(String.raw`{"actor":1,"\u0061ctor":2}`)).toThrow(
      '"actor" occurs twice',
    );
    const many = Array.from({ length: 100 }, (_, i) => `"n${i}":0`);
    expect(() => checkStructure(`{${many.join(',')}}`)).not.toThrow();
    expect(() => checkStructure(`{${[...many, '"n3":0'].join(',')}}`)).toThrow('"n3" occurs twice');
    expect(() => checkStructure(`[{${many.join(',')}},{${many.join(',')}}]`)).not.toThrow();
  });

  test('takes __proto__ for a name like any other', () => {
    expect(() => checkStructure('{"__proto__":{"a":1},"a":2}')).not.toThrow();
    expect(() => checkStructure('{"__proto__":1,"__proto__":2}')).toThrow('twice');
    expect(memberSpans('{"__proto__":1}').map(({ name }) => name)).toEqual(['__proto__']);
    expect(editMembers({ a: () => null })('{"__proto__":1,"a":2}')).toBe('{"__proto__":1}');
  });

  test('is refused beyond 64 levels, at the element that goes too deep', () => {
    const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(() => checkStructure(nest(MAX_DEPTH))).not.toThrow();
    expect(() => checkStructure(`{"a":[1,${nest(MAX_DEPTH - 1)}]}`)).toThrow(
      expect.objectContaining({
        violations: [expect.objectContaining({ path: expect.stringMatching(/^\/a\/1(\/0){62}$/) })],
      }),
    );
  });
});

test('malformed JSON is refused with its position', () => {
  expect(() => parseJson('{"a":1,}')).toThrow(
    expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining('position 7') }),
  );
});

describe('An edit', () => {
  const edit = editMembers({ drop: () => null, double: (value) => `${value}${value}` });

  test.each([
    ['{ "a" : 1.0 , "drop" : 2 , "b" : 1e2 }', '{ "a" : 1.0 , "b" : 1e2 }'],
    ['{ "drop" : 2 , "b" : 1e2 }', '{ "b" : 1e2 }'],
    ['{"a":1,"drop":2}', '{"a":1}'],
    ['{"drop":2}', '{}'],
    ['{}', '{}'],
    ['{"a":12345678901234567890,"double":7}', '{"a":12345678901234567890,"double":77}'],
  ])('of %s leaves %s', (text, edited) => {
    expect(edit(text)).toBe(edited);
  });

  test('removes members and nothing else', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.string()),
        (members, dropped) => {
          const names = [...Object.keys(members).slice(0, 2), ...dropped];
          const edits = Object.fromEntries(names.map((name) => [name, () => null]));
          const rest = Object.entries(members).filter(([name]) => !names.includes(name));
          const text = editMembers(edits)(JSON.stringify(members));
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(rest))));
        },
      ),
    );
  });

  test('reaches every element, or the one value that is no array', () => {
    const ids = editElements(keepMembers(['id']));
    expect(ids('[ {"id":1.0,"a":2}, {"a":3} ]')).toBe('[{"id":1.0},{}]');
    expect(ids('{"a":2,"id":1}')).toBe('{"id":1}');
    expect(ids('[]')).toBe('[]');
  });
});
