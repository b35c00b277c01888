import type { Catalogue } from './catalogue.ts';
import type { Analytics } from './metrics/report.ts';
import type { People } from './people/people.ts';

/** What every resolver is given; made anew for each request. */
export interface AnalyticsContext {
  readonly analytics: Analytics;
  readonly catalogue: Catalogue;
  readonly people: People;
  /** Throws FORBIDDEN unless the caller holds the scope. */
  readonly authorise: (scope: AnalyticsScope) => void;
}

export type AnalyticsScope = 'analytics/read' | 'people/read';
