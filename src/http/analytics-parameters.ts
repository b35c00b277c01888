import type { Request } from 'express';
import type { Parameters } from './analytics-request.ts';

export type Query = Readonly<Record<string, readonly string[]>>;

/** Express's simple parser gives a text, or a list for a name that is repeated. */
export function readQuery({ query }: Pick<Request, 'query'>): Query {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      [value].flat().filter((text) => typeof text === 'string'),
    ]),
  );
}

/** A comma separates values, as does repeating the name; `\,` is a comma in a value. */
export function readParameters(query: Query): Parameters {
  return new Map(Object.entries(query).map(([name, texts]) => [name, texts.flatMap(splitList)]));
}

export function splitList(text: string): readonly string[] {
  if (text === '') return [];
  return [...text.matchAll(/(?:^|,)((?:\\.|[^,\\])*)/gs)].map(([, value = '']) =>
    value.replace(/\\(.)/gs, '$1'),
  );
}
