import type { GraphQLSchema } from 'graphql';
import { compareMeasure, isComparable, listMeasures, type Change } from './metrics/measures.ts';
import type { Slice } from './metrics/report.ts';

export interface NamedChange extends Change {
  readonly measure: string;
}

/** What differs between a slice and its comparison, of every number that the report was asked for. */
export function listChanges(schema: GraphQLSchema, slice: Slice): readonly NamedChange[] {
  const { comparison } = slice;
  if (comparison === null) return [];
  const questions = new Map(slice.questions.map((question) => [question.key, question]));
  return [...questions.values()].flatMap((question) =>
    listMeasures(schema, question.metric)
      .filter(isComparable)
      .map((measure) => ({
        measure: [question.label, ...measure.path].join('.'),
        ...compareMeasure(measure, slice.answer(question), comparison.answer(question)),
      })),
  );
}
