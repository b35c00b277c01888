import { refusalOf, type ClientAnswer } from './client.ts';
import { CliError, EXIT } from './exit.ts';

export interface Refused<Item> {
  readonly item: Item;
  readonly reasons: readonly string[];
}

/** The server looked at what was sent and did not take it; sending it again would change nothing. */
const REFUSALS = [400, 409, 413, 422];

/**
 * Posts items that are stored together or not at all, and finds in a refused batch the items at fault: the
 * one that the answer names, else by halves. An item counts as refused only when it was alone and refused,
 * since some faults are of the company, as an id that occurs twice. Posts are repeated, so they must be
 * harmless when repeated. Throws CliError when the server fails.
 */
export async function deliver<Item>(
  items: readonly Item[],
  post: (items: readonly Item[]) => Promise<ClientAnswer>,
): Promise<readonly Refused<Item>[]> {
  const [only] = items;
  if (only === undefined) return [];
  const answer = await post(items);
  if (answer.status === 200 || answer.status === 204) return [];
  if (!REFUSALS.includes(answer.status))
    throw new CliError(
      EXIT.server,
      `The server failed with ${answer.status}: ${refusalOf(answer).message}`,
    );
  if (items.length === 1) return [{ item: only, reasons: reasonsOf(answer) }];
  const refused: Refused<Item>[] = [];
  for (const part of split(items, answer)) refused.push(...(await deliver(part, post)));
  return refused;
}

/** What follows the first that is at fault is halved too: else a batch of nothing but faults would take as many posts of nearly its size. */
function split<Item>(items: readonly Item[], answer: ClientAnswer): readonly (readonly Item[])[] {
  const culprit = culpritOf(answer);
  if (culprit === null || culprit >= items.length) return halve(items);
  return [
    items.slice(0, culprit),
    items.slice(culprit, culprit + 1),
    ...halve(items.slice(culprit + 1)),
  ];
}

function halve<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** A JSON Pointer into the batch begins with the index. */
function culpritOf(answer: ClientAnswer): number | null {
  const [first] = refusalOf(answer).violations;
  const index = /^\/(\d+)(?:\/|$)/.exec(first?.path ?? '')?.[1];
  return index === undefined ? null : Number(index);
}

function reasonsOf(answer: ClientAnswer): readonly string[] {
  const { message, violations } = refusalOf(answer);
  if (violations.length === 0) return [message];
  return violations.map(({ path, message: what }) => `${path}: ${what}`);
}
