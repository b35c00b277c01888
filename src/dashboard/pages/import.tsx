import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type DragEvent, type ReactNode } from 'react';
import { ApiError, request } from '../api.ts';
import { useSession } from '../session.tsx';
import { DataTable, formatCell } from '../table.tsx';

/** In the order in which they lean on one another. */
const COLLECTIONS: readonly { readonly name: string; readonly columns: string }[] = [
  { name: 'people', columns: 'id, name, agents, hiredOn, leftOn' },
  {
    name: 'assignments',
    columns:
      'personId, from, role, segment, department, location, managerId, hourlyCost, performance',
  },
  { name: 'skills', columns: 'id, name, parentId, targets' },
  {
    name: 'courses',
    columns: 'id, name, skills, delivery, author, fixedCost, costPerLearner, expectedMinutes',
  },
  { name: 'kpis', columns: 'id, name, unit, valuePerUnit, isolation, confidence' },
  { name: 'observations', columns: 'kpiId, personId, at, value' },
  { name: 'platforms', columns: 'id, name, device, inFlow, segments' },
  { name: 'pilots', columns: 'id, name, courseIds, personIds, from, to' },
];

interface Outcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export function ImportPage(): ReactNode {
  return (
    <>
      <h1>Import</h1>
      <p>
        Drop a CSV file (UTF-8, with a header row; lists separated by <code>;</code>) or NDJSON on
        what it holds. A file goes in as a whole or not at all; rows that are there already are
        updated.
      </p>
      <div className="drops">
        {COLLECTIONS.map(({ name, columns }) => (
          <Drop key={name} collection={name} columns={columns} />
        ))}
      </div>
    </>
  );
}

function Drop({
  collection,
  columns,
}: {
  readonly collection: string;
  readonly columns: string;
}): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const [isOver, setOver] = useState(false);
  const { mutate, data, error, isPending, isSuccess, isError, variables } = useMutation({
    mutationFn: async (file: File) => {
      const answer = await request(session, `/workforce/${collection}`, {
        method: 'PUT',
        headers: { 'Content-Type': typeOf(file) },
        body: file,
      });
      return (await answer.json()) as Outcome;
    },
    onSuccess: () => client.invalidateQueries(),
  });

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) mutate(file);
  }

  return (
    <section
      className={isOver ? 'drop over' : 'drop'}
      aria-label={`Import ${collection}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2>{collection}</h2>
      <p className="hint">{columns}</p>
      <label>
        File of {collection}
        <input
          type="file"
          accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file !== undefined) mutate(file);
            // The same file, corrected, can be chosen again.
            target.value = '';
          }}
        />
      </label>
      {isPending && <p role="status">Reading {variables.name}…</p>}
      {isSuccess && (
        <p role="status">
          {variables.name}: {formatCell(data.created, 'count')} new,{' '}
          {formatCell(data.updated, 'count')} changed, {formatCell(data.unchanged, 'count')} as they
          were.
        </p>
      )}
      {isError && <Refusal error={error} file={variables.name} />}
    </section>
  );
}

function Refusal({ error, file }: { readonly error: Error; readonly file: string }): ReactNode {
  const violations = error instanceof ApiError ? error.violations : [];
  return (
    <div role="alert">
      <p>
        Nothing of {file} was taken. {error.message}
      </p>
      {violations.length > 0 && (
        <DataTable
          caption={`What is wrong in ${file}`}
          table={{
            columns: [
              { name: 'Where', unit: 'text' },
              { name: 'What', unit: 'text' },
            ],
            rows: violations.map(({ path, message }) => [path, message]),
          }}
        />
      )}
    </div>
  );
}

function typeOf({ name }: File): string {
  return /\.(?:ndjson|jsonl)$/i.test(name) ? 'application/x-ndjson' : 'text/csv';
}
