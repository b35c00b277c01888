import { LAST, NOT_YET, WANTED, isIn, numberOf } from './ids.ts';

/**
 * What is wrong with the homes of requirements, a sentence each: an id at home in two places, a number
 * wanted and without home, at home and not wanted, or forgotten by both lists.
 */
export function findMisplacedIds(ids: readonly string[]): string[] {
  const repeated = ids.filter((id, i) => ids.indexOf(id) !== i);
  const homes = new Set(ids.map(numberOf));
  const numbers = Array.from({ length: LAST }, (_, i) => i + 1);
  return [
    ...repeated.map((id) => `${id} has two homes; keep one.`),
    ...numbers.flatMap((number) => {
      const isWanted = isIn(WANTED, number);
      const isPostponed = isIn(NOT_YET, number);
      const name = `XAPI-${String(number).padStart(5, '0')}`;
      if (isWanted && !homes.has(number))
        return [`${name} has no home: write its rule, or list it as not yet.`];
      if (!isWanted && homes.has(number)) return [`${name} has a home: list it as wanted.`];
      if (isWanted === isPostponed)
        return [`${name} must be in exactly one of the lists wanted and not yet.`];
      return [];
    }),
  ];
}
