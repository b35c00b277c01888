import type { Catalogue } from './catalogue.ts';
import type { Analytics } from './metrics/report.ts';
import type { People } from './people/people.ts';

/** What every resolver is given; made anew for each request. */
export interface AnalyticsContext {
  readonly analytics: Analytics;
  /** Aborted, with the error to answer, when the request has to end. */
  readonly signal: AbortSignal;
  /** Throws INVALID when all that the request asks for is too much at once. */
  readonly spend: (cost: number) => void;
  readonly catalogue: Catalogue;
  readonly people: People;
  /** Throws FORBIDDEN unless the caller holds the scope. */
  readonly authorise: (scope: AnalyticsScope) => void;
}

export type AnalyticsScope = 'analytics/read' | 'people/read';
