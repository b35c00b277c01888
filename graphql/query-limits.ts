import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { PraxisError } from '../statements/errors.ts';
import { METRICS } from './metrics/registry.ts';

const DEPTH_AT_MOST = 12;
const COST_AT_MOST = 1000;
const FIELD_COST = 1;
/** A metric reads the warehouse, once; these do so more often, or for many people. */
const COSTS: ReadonlyMap<string, number> = new Map([
  ...Object.keys(METRICS).map((name): [string, number] => [name, 20]),
  ['workforce', 20],
  ['unmappedShare', 20],
  ['participationGap', 80],
  ['retention', 20],
  ['pilot', 80],
  ['audit', 40],
  ['people', 20],
  ['nextSteps', 40],
]);

/** What the reports of one request may cost together: metrics × buckets × (1 + dimensions), twice when compared. */
const REPORT_COST_AT_MOST = 20_000;

export interface CostedReport {
  readonly metrics: number;
  readonly buckets: number;
  readonly dimensions: number;
  readonly isCompared: boolean;
}

export function computeCost({ metrics, buckets, dimensions, isCompared }: CostedReport): number {
  return metrics * buckets * (1 + dimensions) * (isCompared ? 2 : 1);
}

/** Adds up what a request spends; how much a report costs is known only with its variables. */
export function createBudget(): (cost: number) => void {
  let spent = 0;
  return (cost) => {
    spent += cost;
    if (spent > REPORT_COST_AT_MOST)
      throw new PraxisError(
        'INVALID',
        `The reports of this query cost ${spent} (metrics × buckets × (1 + dimensions), twice when compared); ${REPORT_COST_AT_MOST} is allowed. Ask for a coarser grain, a shorter period, fewer dimensions or metrics; GET /analytics/workforce sends reports of any length.`,
      );
  };
}

interface Measure {
  readonly depth: number;
  readonly cost: number;
}

/**
 * Validation rule: how deep a query nests and how much it asks for. Each fragment is measured once,
 * however often it is spread, so that a short query cannot make the check itself long. Introspection
 * has a rule of its own in graphql.
 */
export function limitQueries(context: ValidationContext): ASTVisitor {
  const fragments = new Map<string, Measure>();

  function measure(set: SelectionSetNode | undefined): Measure {
    let depth = 0;
    let cost = 0;
    for (const selection of set?.selections ?? []) {
      const inner = measureSelection(selection);
      depth = Math.max(depth, inner.depth);
      cost += inner.cost;
    }
    return { depth, cost };
  }

  function measureSelection(selection: SelectionSetNode['selections'][number]): Measure {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return measure(selection.selectionSet);
    const name = selection.name.value;
    if (name.startsWith('__')) return { depth: 1, cost: FIELD_COST };
    const inner = measure(selection.selectionSet);
    return { depth: inner.depth + 1, cost: inner.cost + (COSTS.get(name) ?? FIELD_COST) };
  }

  function measureFragment(name: string): Measure {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    // A fragment inside itself is refused by another rule; here it must only not go on for ever.
    fragments.set(name, { depth: 0, cost: 0 });
    const measured = measure(context.getFragment(name)?.selectionSet);
    fragments.set(name, measured);
    return measured;
  }

  return {
    OperationDefinition(operation) {
      const { depth, cost } = measure(operation.selectionSet);
      if (depth > DEPTH_AT_MOST)
        context.reportError(
          new GraphQLError(
            `The query is ${depth} levels deep; ${DEPTH_AT_MOST} are allowed. Ask in several queries.`,
            { nodes: operation, extensions: { code: 'TOO_DEEP' } },
          ),
        );
      if (cost > COST_AT_MOST)
        context.reportError(
          new GraphQLError(
            `The query costs ${cost}; ${COST_AT_MOST} is allowed (a report or a metric is 20, another field 1). Ask in several queries.`,
            { nodes: operation, extensions: { code: 'TOO_COSTLY' } },
          ),
        );
    },
  };
}
