import { describe, expect, test } from '@jest/globals';
import { Ledger, type FoundStatement, type SentStatement } from '../../scripts/faults/ledger.ts';

/** Who watches the watchman: each kind of damage, done by hand, is found. */
const sent = (id: string, voids: string | null = null): SentStatement => ({
  id,
  mark: `mark of ${id}`,
  voids,
});
const found = (id: string, voided = false): [string, FoundStatement] => [
  id,
  { mark: `mark of ${id}`, voided },
];

/** One request stored, one never answered, one refused. */
function makeLedger(): Ledger {
  const ledger = new Ledger();
  ledger.settle(ledger.begin([sent('a'), sent('b')]), 'stored');
  ledger.begin([sent('c'), sent('d')]);
  ledger.settle(ledger.begin([sent('e')]), 'refused');
  return ledger;
}

describe('no fault', () => {
  test.each([
    ['without the unanswered request', [found('a'), found('b')]],
    ['with all of it', [found('a'), found('b'), found('c'), found('d')]],
  ])('%s', (_case, stored) => {
    expect(makeLedger().compare(new Map(stored))).toEqual([]);
  });

  test('a voided target with its voider', () => {
    const ledger = makeLedger();
    ledger.begin([sent('v', 'a')]);
    expect(ledger.compare(new Map([found('a'), found('b')]))).toEqual([]);
    expect(ledger.compare(new Map([found('a', true), found('b'), found('v')]))).toEqual([]);
  });
});

describe('a fault', () => {
  test.each([
    ['an acknowledged statement that is gone', [found('a')], /^lost: b/],
    ['half of an unanswered request', [found('a'), found('b'), found('c')], /^in part: 1 of 2/],
    ['a refused statement', [found('a'), found('b'), found('e')], /^in part.*refused/],
    ['a statement nobody sent', [found('a'), found('b'), found('x')], /^invented: .*x/],
    ['another content', [found('a'), ['b', { mark: 'other', voided: false }]], /^changed: b/],
    ['voided by nobody', [found('a', true), found('b')], /^voiding in part: a is voided/],
  ] as [string, [string, FoundStatement][], RegExp][])('%s', (_case, stored, message) => {
    expect(makeLedger().compare(new Map(stored))).toEqual([expect.stringMatching(message)]);
  });

  test('a voider without its effect', () => {
    const ledger = makeLedger();
    ledger.settle(ledger.begin([sent('v', 'a')]), 'stored');
    expect(ledger.compare(new Map([found('a'), found('b'), found('v')]))).toEqual([
      expect.stringMatching(/^voiding in part: a is not voided/),
    ]);
  });

  test('one id acknowledged with two contents', () => {
    const ledger = makeLedger();
    ledger.settle(ledger.begin([{ ...sent('a'), mark: 'other' }]), 'stored');
    expect(ledger.compare(new Map([found('a'), found('b')]))).toEqual([
      expect.stringMatching(/^conflict let through: a/),
    ]);
  });
});
