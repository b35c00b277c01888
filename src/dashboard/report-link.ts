import { useSearchParams } from 'wouter';

/** What a report is about. It stands in the address, so that a link is a report. */
export interface ReportLink {
  /** Half-open, YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
  readonly segment: string | null;
  readonly role: string | null;
  readonly department: string | null;
  readonly compareTo: 'previous' | null;
}

export interface WorkforceFilter {
  readonly segments?: readonly string[];
  readonly roles?: readonly string[];
  readonly departments?: readonly string[];
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The report in the address, and a way to change parts of it; null takes a part out. */
export function useReportLink(): [ReportLink, (change: Partial<ReportLink>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const change = (changes: Partial<ReportLink>): void =>
    setParameters((present) => {
      const next = new URLSearchParams(present);
      for (const [name, value] of Object.entries(changes))
        if (value === null) next.delete(name);
        else next.set(name, value);
      return next;
    });
  return [readReportLink(parameters), change];
}

export function readReportLink(parameters: URLSearchParams): ReportLink {
  const { from, to } = lastTwelveMonths(new Date());
  return {
    from: readDate(parameters.get('from')) ?? from,
    to: readDate(parameters.get('to')) ?? to,
    segment: parameters.get('segment'),
    role: parameters.get('role'),
    department: parameters.get('department'),
    compareTo: parameters.get('compareTo') === 'previous' ? 'previous' : null,
  };
}

/** Variables `period` and `where` of a query about the report. */
export function variablesOf(link: ReportLink): {
  readonly period: { readonly from: string; readonly to: string };
  readonly where: WorkforceFilter;
} {
  return { period: periodOf(link), where: filterOf(link) };
}

export function periodOf({ from, to }: ReportLink): { readonly from: string; readonly to: string } {
  return { from, to };
}

/** The filter of a report; `segment` can be left out where a figure shows segments side by side. */
export function filterOf({ segment, role, department }: ReportLink): WorkforceFilter {
  return {
    ...(segment === null ? {} : { segments: [segment] }),
    ...(role === null ? {} : { roles: [role] }),
    ...(department === null ? {} : { departments: [department] }),
  };
}

/** Whole months: half of the running one would look like a fall. */
function lastTwelveMonths(today: Date): { from: string; to: string } {
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  return { from: formatDay(year - 1, month), to: formatDay(year, month) };
}

function formatDay(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}

function readDate(text: string | null): string | null {
  return text !== null && DATE.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}
