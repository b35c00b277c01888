/** What each part of the bench is told. */
export interface BenchOptions {
  /** An empty folder for this part alone; removed afterwards. */
  readonly dir: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly statements: readonly number[];
  readonly events: number;
  readonly profile?: string;
}
