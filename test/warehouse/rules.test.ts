import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { DEFAULT_RULES } from '../../graphql/rules/default-rules.ts';
import { parseDuration, readTrace, scaleScore } from '../../graphql/rules/read-trace.ts';
import { compileRuleSet } from '../../graphql/rules/rule-set.ts';
import { RULE_SCHEMA } from '../../graphql/rules/rule-schema.ts';
import type { Rule } from '../../graphql/rules/rule.ts';
import { EVENT_KINDS } from '../../graphql/warehouse/schema.ts';
import { BEGINNING } from '../../statements/instant.ts';
import type { Statement } from '../../statements/statement.ts';
import { readStatements } from '../../statements/prepare.ts';

const PLAYED = 'https://w3id.org/xapi/video/verbs/played';

function statementOf(changes: object): Statement {
  const full = {
    actor: { mbox: 'mailto:ada@example.org' },
    verb: { id: PLAYED },
    object: { id: 'https://example.org/activity' },
    ...changes,
  };
  return readStatements(JSON.stringify(full), '1.0.3')[0]!.statement;
}

function trace(changes: object, rules: readonly Rule[] = []) {
  return readTrace(statementOf(changes), compileRuleSet(rules), BEGINNING);
}

const kinds = (changes: object, rules: readonly Rule[] = []) =>
  trace(changes, rules).readings.map(({ kind }) => kind);

describe('the default rules', () => {
  const shown = DEFAULT_RULES.filter(({ examples }) => examples.length > 0);
  describe.each(shown)('$id', ({ examples }) => {
    test.each(examples)('$title', ({ statement, events }) => {
      expect(kinds(statement)).toEqual(events);
    });
  });

  test('show by examples what each rule that gives events takes and leaves', () => {
    const silent = DEFAULT_RULES.filter((rule) => 'kind' in rule && !shown.includes(rule));
    expect(silent).toEqual([]);
  });

  test('each event kind has a rule', () => {
    const covered = DEFAULT_RULES.map((rule) => ('kind' in rule ? rule.kind : null));
    for (const kind of EVENT_KINDS) expect(covered).toContain(kind);
  });

  test('have one home each', () => {
    const ids = DEFAULT_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('name each verb and type once', () => {
    for (const rule of DEFAULT_RULES) {
      const { verbs = [], activityTypes = [] } = 'when' in rule ? rule.when : {};
      expect(new Set(verbs).size).toBe(verbs.length);
      expect(new Set(activityTypes).size).toBe(activityTypes.length);
    }
  });

  test('voiding is not engagement', () => {
    const verb = { id: 'http://adlnet.gov/expapi/verbs/voided' };
    const object = { objectType: 'StatementRef', id: '9dc99b37-e920-4a68-a066-917faca28949' };
    expect(kinds({ verb, object })).toEqual([]);
  });
});

describe('the rule schema', () => {
  const accepts = new Ajv({ allowUnionTypes: true }).compile(RULE_SCHEMA);

  test.each(DEFAULT_RULES)('accepts the default rule $id as a customer would write it', (rule) => {
    const { examples, ...written } = rule;
    expect(examples).toBeDefined();
    expect(accepts(written)).toBe(true);
  });

  test.each([
    ['a rule that matches everything', { id: 'a', kind: 'ENGAGED', when: {} }],
    ['an unknown kind', { id: 'a', kind: 'SLEPT', when: { completion: true } }],
    ['an event rule without a condition', { id: 'a', kind: 'ENGAGED' }],
    [
      'a misspelt condition',
      { id: 'a', kind: 'ENGAGED', when: { verb: ['https://example.org/v'] } },
    ],
    ['two forms in one', { id: 'a', kind: 'ENGAGED', setPlatform: 'b', when: { score: true } }],
    ['a rule without an id', { kind: 'ENGAGED', when: { score: true } }],
    ['a line that says nothing', { id: 'a' }],
    ['a removal that is none', { id: 'a', disabled: false }],
  ])('refuses %s', (_, rule) => {
    expect(accepts(rule)).toBe(false);
  });
});

describe("a customer's rules", () => {
  const own = 'https://example.org/verbs/practised';
  const authority = { mbox: 'mailto:lms@example.org' };

  test('add events for verbs of their own', () => {
    const rule: Rule = { id: 'own', kind: 'ENGAGED', when: { verbs: [own] } };
    expect(kinds({ verb: { id: own } })).toEqual([]);
    expect(kinds({ verb: { id: own } }, [rule])).toEqual(['ENGAGED']);
  });

  test('replace the default of the same id', () => {
    const rule: Rule = { id: 'engaged.learning-activity', kind: 'ENGAGED', when: { verbs: [own] } };
    expect(kinds({}, [rule])).toEqual([]);
  });

  test('take a default away', () => {
    expect(kinds({}, [{ id: 'engaged.learning-activity', disabled: true }])).toEqual([]);
  });

  test('that are limited to a source leave the default to the others', () => {
    const rule: Rule = {
      id: 'engaged.learning-activity',
      disabled: true,
      source: { platforms: ['LMS'], authorities: ['mailto:lms@example.org'] },
    };
    expect(kinds({ context: { platform: 'LMS' }, authority }, [rule])).toEqual([]);
    expect(kinds({ context: { platform: 'LMS' } }, [rule])).toEqual(['ENGAGED']);
    expect(kinds({ context: { platform: 'Wiki' }, authority }, [rule])).toEqual(['ENGAGED']);
  });

  test('of several that fit, the last decides', () => {
    const rules: readonly Rule[] = [
      { id: 'engaged.learning-activity', disabled: true },
      {
        id: 'engaged.learning-activity',
        kind: 'ENGAGED',
        when: { verbs: [PLAYED] },
        source: { platforms: ['LMS'] },
      },
    ];
    expect(kinds({ context: { platform: 'LMS' } }, rules)).toEqual(['ENGAGED']);
    expect(kinds({ context: { platform: 'LMS' } }, rules.toReversed())).toEqual([]);
  });

  test('set a platform that later rules see as the source', () => {
    const rules: readonly Rule[] = [
      { id: 'where', setPlatform: 'Phone', when: { authorities: ['mailto:lms@example.org'] } },
      { id: 'phone', kind: 'CONTRIBUTED', when: { platforms: ['Phone'] } },
    ];
    const found = trace({ context: { platform: 'LMS' }, authority }, rules);
    expect(found.platform).toBe('Phone');
    expect(found.readings.map(({ kind }) => kind)).toEqual(['ENGAGED', 'CONTRIBUTED']);
    expect(trace({ context: { platform: 'LMS' } }, rules).platform).toBe('LMS');
  });

  test('can ask for a known course or skill', () => {
    const rule: Rule = {
      id: 'own',
      kind: 'ENGAGED',
      when: { verbs: [own] },
      needs: ['SKILL', 'COURSE'],
    };
    expect(trace({ verb: { id: own } }, [rule]).readings).toEqual([
      { kind: 'ENGAGED', needs: ['COURSE', 'SKILL'] },
    ]);
  });

  test('change the version, their titles do not', () => {
    const rule: Rule = { id: 'own', kind: 'ENGAGED', when: { verbs: [own] } };
    const { version } = compileRuleSet([rule]);
    expect(version).not.toBe(compileRuleSet([]).version);
    expect(version).toBe(compileRuleSet([{ ...rule, title: 'Practice' }]).version);
    expect(version).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('a trace', () => {
  test('of a group is of its members, each once', () => {
    const member = [
      { mbox: 'mailto:ada@example.org' },
      { account: { homePage: 'https://hr.example.org', name: '7' } },
      { mbox: 'mailto:ada@example.org' },
    ];
    expect(trace({ actor: { objectType: 'Group', member } }).agents).toEqual([
      'mailto:ada@example.org',
      'account:https://hr.example.org|7',
    ]);
  });

  test('of a group that lists nobody is of the group', () => {
    const actor = { objectType: 'Group', mbox: 'mailto:team@example.org' };
    expect(trace({ actor }).agents).toEqual(['mailto:team@example.org']);
  });

  test('has context activities in the order in which they count', () => {
    const contextActivities = {
      other: [{ id: 'https://example.org/other' }],
      grouping: { id: 'https://example.org/grouping' },
      parent: [{ id: 'https://example.org/parent' }, { id: 'https://example.org/parent2' }],
      category: [{ id: 'https://example.org/category' }],
    };
    expect(trace({ context: { contextActivities } }).context).toEqual(
      ['parent', 'parent2', 'grouping', 'category', 'other'].map(
        (name) => `https://example.org/${name}`,
      ),
    );
  });

  test.each([
    ['a text', 'https://skills.example.org/1', ['https://skills.example.org/1']],
    ['an object with an id', { id: 's:1', name: 'Negotiating' }, ['s:1']],
    ['a list of both', ['s:1', { id: 's:2' }, { name: 'none' }, 7], ['s:1', 's:2']],
    ['something else', { name: 'Negotiating' }, []],
  ])('has the skills that an extension names as %s', (_, value, aligned) => {
    const extensions = { 'https://w3id.org/xapi/acrossx/extensions/alignment': value };
    expect(trace({ context: { extensions } }).aligned).toEqual(aligned);
    expect(trace({ object: { id: 'a:b', definition: { extensions } } }).aligned).toEqual(aligned);
  });

  test('is observed when there is an instructor or an observer', () => {
    const observer = {
      'http://id.tincanapi.com/extension/observer': { mbox: 'mailto:eve@example.org' },
    };
    expect(trace({}).observed).toBe(false);
    expect(trace({ context: { instructor: { mbox: 'mailto:eve@example.org' } } }).observed).toBe(
      true,
    );
    expect(trace({ context: { extensions: observer } }).observed).toBe(true);
  });

  test('has the session that cmi5 gives it', () => {
    const sessionid = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';
    expect(trace({ context: { extensions: { [sessionid]: 'a-session' } } }).session).toBe(
      'a-session',
    );
    expect(trace({ context: { extensions: { [sessionid]: 7 } } }).session).toBeNull();
    expect(trace({}).session).toBeNull();
  });

  test('has no object when that is no activity', () => {
    expect(
      trace({ object: { objectType: 'Agent', mbox: 'mailto:ben@example.org' } }).object,
    ).toBeNull();
  });

  test.each([
    ['PT1H30M', 5400],
    ['PT0.25S', 0.25],
    ['P1DT1S', 86_401],
    ['P1W', 604_800],
    ['P1Y2M', 365 * 86_400 + 60 * 86_400],
    ['1:30', null],
  ])('reads the duration %s as %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    [{ scaled: -0.5, raw: 1, min: 0, max: 2 }, -0.5],
    [{ raw: 4, min: 1, max: 5 }, 0.75],
    [{ raw: 8, max: 10 }, 0.8],
    [{ raw: 8 }, null],
    [{ raw: 0, min: 0, max: 0 }, null],
  ])('scales the score %j to %s', (score, scaled) => {
    expect(scaleScore(score)).toBe(scaled);
  });
});
