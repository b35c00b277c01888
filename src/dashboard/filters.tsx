import { useId, type ReactNode } from 'react';
import { useAnswer } from './answer.ts';
import { useReportLink } from './report-link.ts';
import { SEGMENT_NAMES } from './segments.ts';

const CHOICES = `query Choices($period: Period!) {
  roles: workforce(period: $period, by: [ROLE]) { slices { role } }
  departments: workforce(period: $period, by: [DEPARTMENT]) { slices { department } }
}`;

interface Choices {
  readonly roles: { readonly slices: readonly { readonly role: string | null }[] };
  readonly departments: { readonly slices: readonly { readonly department: string | null }[] };
}

/** What all figures of a page are about; it stands in the address. */
export function ReportFilters({
  isPeriodOnly = false,
}: {
  /** Where the figures know no other part of it. */
  readonly isPeriodOnly?: boolean;
}): ReactNode {
  const [link, change] = useReportLink();
  const { from, to } = link;
  const { data } = useAnswer<Choices>(
    { query: CHOICES, variables: { period: { from, to } } },
    { enabled: !isPeriodOnly },
  );
  const roles = data?.roles.slices.flatMap(({ role }) => role ?? []) ?? [];
  const departments = data?.departments.slices.flatMap(({ department }) => department ?? []) ?? [];
  return (
    <form className="filters" aria-label="What the report is about">
      <DayInput
        label="From"
        value={from}
        isValid={(day) => day < to}
        onChange={(day) => change({ from: day })}
      />
      <DayInput
        label="To (not included)"
        value={to}
        isValid={(day) => day > from}
        onChange={(day) => change({ to: day })}
      />
      {!isPeriodOnly && (
        <>
          <Choice
            label="Segment"
            value={link.segment}
            choices={Object.entries(SEGMENT_NAMES)}
            onChange={(segment) => change({ segment })}
          />
          <Choice
            label="Role"
            value={link.role}
            choices={roles.map((role) => [role, role])}
            onChange={(role) => change({ role })}
          />
          <Choice
            label="Department"
            value={link.department}
            choices={departments.map((department) => [department, department])}
            onChange={(department) => change({ department })}
          />
          <Choice
            label="Compare to"
            none="Nothing"
            value={link.compareTo}
            choices={[['previous', 'The period before']]}
            onChange={(compareTo) => change({ compareTo: compareTo === null ? null : 'previous' })}
          />
        </>
      )}
    </form>
  );
}

function DayInput({
  label,
  value,
  isValid,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly isValid: (day: string) => boolean;
  readonly onChange: (day: string) => void;
}): ReactNode {
  return (
    <label>
      {label}
      {/* Uncontrolled: a date is typed part by part, and a half typed one is no change of the report. */}
      <input
        key={value}
        type="date"
        defaultValue={value}
        onChange={({ target }) => {
          const isDay = target.value !== '' && isValid(target.value);
          target.setCustomValidity(isDay ? '' : 'The period must begin before it ends.');
          if (isDay) onChange(target.value);
        }}
      />
    </label>
  );
}

function Choice({
  label,
  none = 'All',
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly none?: string;
  readonly value: string | null;
  readonly choices: readonly (readonly [string, string])[];
  readonly onChange: (value: string | null) => void;
}): ReactNode {
  const id = useId();
  // A link can name a value that this period does not have; it is still what the report is filtered by.
  const isKnown = value === null || choices.some(([each]) => each === value);
  return (
    <label htmlFor={id}>
      {label}
      <select
        id={id}
        value={value ?? ''}
        onChange={({ target }) => onChange(target.value === '' ? null : target.value)}
      >
        <option value="">{none}</option>
        {!isKnown && <option value={value}>{value}</option>}
        {choices.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
