import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { Figure } from '../figure.tsx';
import { ReportFilters } from '../filters.tsx';
import { assignActor, assignVerb, EVENT_KINDS, type EventKind } from '../mapping.ts';
import { periodOf, useReportLink, type ReportLink } from '../report-link.ts';
import { SEGMENT_NAMES, SEGMENT_STYLES, SEGMENTS, type Segment } from '../segments.ts';
import { useSession } from '../session.tsx';
import { DataTable, formatCell, type Table } from '../table.tsx';

const AUDIT = `query Audit($period: Period!) {
  audit(period: $period) {
    asOf
    reach { segment platform people share }
    unmappedActors { id statements }
    unmappedVerbs { id statements }
    unmappedActivities { id statements }
  }
}`;

interface AuditData {
  readonly audit: {
    readonly reach: readonly Reach[];
    readonly unmappedActors: readonly Unmapped[];
    readonly unmappedVerbs: readonly Unmapped[];
    readonly unmappedActivities: readonly Unmapped[];
  };
}

interface Reach {
  readonly segment: Segment;
  readonly platform: string;
  readonly people: number | null;
  readonly share: number | null;
}

interface Unmapped {
  readonly id: string;
  readonly statements: number;
}

export function ReachPage(): ReactNode {
  const [link] = useReportLink();
  return (
    <>
      <h1>Where people work, and what cannot be counted yet</h1>
      <ReportFilters isPeriodOnly />
      <ReachFigure link={link} />
      <UnmappedFigure
        link={link}
        title="Actors that are no person"
        meaning="They sent statements, and count in no number until they are somebody's."
        listOf={({ unmappedActors }) => unmappedActors}
        action={(id) => <ActorForm actor={id} />}
      />
      <UnmappedFigure
        link={link}
        title="Verbs that no rule knows"
        meaning="Statements with these verbs give no event. A rule says what they are."
        listOf={({ unmappedVerbs }) => unmappedVerbs}
        action={(id) => <VerbForm verb={id} />}
      />
      <UnmappedFigure
        link={link}
        title="Activities that are no course"
        meaning="Put them in the course file, with the skills they teach, to count what comes of them."
        listOf={({ unmappedActivities }) => unmappedActivities}
      />
    </>
  );
}

// Reach -----------------------------------------------------------------------------------------

const ROW_HEIGHT_PX = 52;
const AXES_HEIGHT_PX = 80;

function ReachFigure({ link }: { readonly link: ReportLink }): ReactNode {
  return (
    <Figure<AuditData>
      title="Reach by platform"
      meaning="Of the people of a segment, the share active on each platform in the period."
      query={{ query: AUDIT, variables: { period: periodOf(link) } }}
      countHidden={({ audit }) => audit.reach.filter(({ share }) => share === null).length}
      table={({ audit }) => ({
        columns: [
          { name: 'Platform', unit: 'text' },
          { name: 'Segment', unit: 'text' },
          { name: 'People', unit: 'count' },
          { name: 'Share', unit: 'percent' },
        ],
        rows: audit.reach.map(({ platform, segment, people, share }) => [
          platform,
          SEGMENT_NAMES[segment],
          people,
          share,
        ]),
      })}
      chart={({ audit }) => <ReachBars reach={audit.reach} />}
    />
  );
}

function ReachBars({ reach }: { readonly reach: readonly Reach[] }): ReactNode {
  const rows = [...Map.groupBy(reach, ({ platform }) => platform)].map(([platform, cells]) => ({
    platform,
    ...Object.fromEntries(cells.map(({ segment, share }) => [segment, share])),
  }));
  if (rows.length === 0) return <p>Nobody was active in this period.</p>;
  const label = reach.map(
    ({ platform, segment, share }) =>
      `${platform}, ${SEGMENT_NAMES[segment]}: ${formatCell(share, 'percent')}`,
  );
  return (
    <div role="img" aria-label={`Reach by platform: ${label.join('; ')}`}>
      <ResponsiveContainer width="100%" height={rows.length * ROW_HEIGHT_PX + AXES_HEIGHT_PX}>
        <BarChart data={rows} layout="vertical" margin={{ right: 24 }} accessibilityLayer={false}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis
            type="number"
            domain={[0, 1]}
            tickFormatter={(value: number) => formatCell(value, 'percent')}
          />
          <YAxis type="category" dataKey="platform" width={170} tickLine={false} interval={0} />
          <Tooltip
            formatter={(value) => formatCell(Number(value), 'percent')}
            cursor={{ fill: 'var(--hover)' }}
          />
          <Legend position="top" />
          {SEGMENTS.map((segment) => (
            <Bar
              key={segment}
              dataKey={segment}
              name={SEGMENT_NAMES[segment]}
              fill={SEGMENT_STYLES[segment].color}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

// What cannot be counted ------------------------------------------------------------------------

function UnmappedFigure({
  link,
  title,
  meaning,
  listOf,
  action,
}: {
  readonly link: ReportLink;
  readonly title: string;
  readonly meaning: string;
  readonly listOf: (audit: AuditData['audit']) => readonly Unmapped[];
  readonly action?: (id: string) => ReactNode;
}): ReactNode {
  const table = ({ audit }: AuditData): Table => ({
    columns: [
      { name: 'Id', unit: 'text' },
      { name: 'Statements', unit: 'count' },
    ],
    rows: listOf(audit).map(({ id, statements }) => [id, statements]),
  });
  return (
    <Figure<AuditData>
      title={title}
      meaning={meaning}
      query={{ query: AUDIT, variables: { period: periodOf(link) } }}
      table={table}
      chart={(data) => {
        const list = listOf(data.audit);
        if (list.length === 0) return <p>None: everything is counted.</p>;
        if (action === undefined) return <DataTable caption={title} table={table(data)} />;
        return (
          <ul className="unmapped">
            {list.map(({ id, statements }) => (
              <li key={id}>
                <span className="id">{id}</span>
                <span>{formatCell(statements, 'count')} statements</span>
                {action(id)}
              </li>
            ))}
          </ul>
        );
      }}
    />
  );
}

function ActorForm({ actor }: { readonly actor: string }): ReactNode {
  const session = useSession();
  const [person, setPerson] = useState('');
  return (
    <MappingForm
      name={`Assign ${actor} to a person`}
      action={() => assignActor(session, actor, person.trim())}
    >
      <input
        aria-label={`Id of the person behind ${actor}`}
        placeholder="Person id"
        required
        value={person}
        onChange={({ target }) => setPerson(target.value)}
      />
      <button type="submit">Assign</button>
    </MappingForm>
  );
}

function VerbForm({ verb }: { readonly verb: string }): ReactNode {
  const session = useSession();
  const [kind, setKind] = useState<EventKind>('ENGAGED');
  return (
    <MappingForm name={`Say what ${verb} is`} action={() => assignVerb(session, verb, kind)}>
      <select
        aria-label={`What ${verb} is`}
        value={kind}
        onChange={({ target }) =>
          setKind(EVENT_KINDS.find(({ kind: each }) => each === target.value)?.kind ?? kind)
        }
      >
        {EVENT_KINDS.map(({ kind: each, name }) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
      <button type="submit">Add the rule</button>
    </MappingForm>
  );
}

/** Maps, waits until the numbers show it, and asks for them again. */
function MappingForm({
  name,
  action,
  children,
}: {
  readonly name: string;
  readonly action: () => Promise<string>;
  readonly children: ReactNode;
}): ReactNode {
  const client = useQueryClient();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: action,
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <form
      aria-label={name}
      className="inline"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        mutate();
      }}
    >
      <fieldset disabled={isPending}>{children}</fieldset>
      {isPending && <span role="status">Counting anew…</span>}
      {data !== undefined && <span role="status">{data}</span>}
      {error !== null && <span role="alert">{error.message}</span>}
    </form>
  );
}
