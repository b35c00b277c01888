import { useId, useState, type ReactNode } from 'react';
import { useAnswer } from './answer.ts';
import type { GraphqlQuery } from './api.ts';
import { DataTable, saveFile, writeCsv, type Table } from './table.tsx';

type View = 'chart' | 'table' | 'query';

const VIEWS: readonly { readonly view: View; readonly name: string }[] = [
  { view: 'chart', name: 'Chart' },
  { view: 'table', name: 'Table' },
  { view: 'query', name: 'GraphQL' },
];

export interface FigureProps<Data> {
  readonly title: string;
  /** In one sentence, what the numbers mean. */
  readonly meaning: string;
  readonly query: GraphqlQuery;
  readonly table: (data: Data) => Table;
  readonly chart: (data: Data) => ReactNode;
  /** How many slices are hidden, when the data says so. */
  readonly countHidden?: (data: Data) => number;
}

/** One question: its chart, the same as a table and as CSV, and the GraphQL that made it. */
export function Figure<Data>(props: FigureProps<Data>): ReactNode {
  const { title, meaning, query, table, chart, countHidden } = props;
  const heading = useId();
  const [view, setView] = useState<View>('chart');
  const { data, error, isFetching } = useAnswer<Data>(query);
  return (
    <section className="figure" aria-labelledby={heading} aria-busy={isFetching}>
      <header>
        <h2 id={heading}>{title}</h2>
        <div role="group" aria-label={`How to show ${title}`} className="views">
          {VIEWS.map(({ view: each, name }) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === view}
              onClick={() => setView(each)}
            >
              {name}
            </button>
          ))}
          <button
            type="button"
            disabled={data === undefined}
            onClick={() => data !== undefined && saveTable(title, table(data))}
          >
            CSV
          </button>
        </div>
      </header>
      <p className="meaning">{meaning}</p>
      {error !== null && <p role="alert">{error.message}</p>}
      {data === undefined && error === null && <p className="waiting">Counting…</p>}
      {data !== undefined && view === 'chart' && chart(data)}
      {data !== undefined && view === 'table' && <DataTable caption={title} table={table(data)} />}
      {view === 'query' && <QueryText query={query} />}
      {data !== undefined && <HiddenNote count={countHidden?.(data) ?? 0} />}
    </section>
  );
}

function HiddenNote({ count }: { readonly count: number }): ReactNode {
  if (count === 0) return null;
  return (
    <p className="hint">
      {count === 1 ? 'One slice is' : `${count} slices are`} not shown: too few people stand behind{' '}
      {count === 1 ? 'it' : 'them'}, and a number could tell who did what. A slice next to a hidden
      one can be hidden too, so that nothing comes back by subtraction.
    </p>
  );
}

function QueryText({ query: { query, variables } }: { readonly query: GraphqlQuery }): ReactNode {
  return (
    <div className="query">
      <h3>Query</h3>
      <pre tabIndex={0}>{query.trim()}</pre>
      <h3>Variables</h3>
      <pre tabIndex={0}>{JSON.stringify(variables, null, 2)}</pre>
    </div>
  );
}

function saveTable(title: string, table: Table): void {
  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  saveFile(`${name}.csv`, 'text/csv;charset=utf-8', writeCsv(table));
}
