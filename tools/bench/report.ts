import type { Result } from './contest.ts';
import type { Column, Measured, Row, Table, Target } from './measurement.ts';

/** A column of a table: its head and its cells; an empty cell is a dash. */
type Cells<R> = [head: string, cell: (result: R) => string | undefined];
type Entries<R> = [name: string, result: R][];

/** A process with a smaller share of the processor time has no column of its own. */
const SMALL = 0.03;

/** Formats a measurement as tables, with its targets. */
export function table({ title, targets, details = [], ...measured }: Measured): string {
  const grids = measured.columns ? ofTable(measured) : ofContest(Object.entries(measured.results));
  const further = details.flatMap((detail) => ['', detail.title, ...ofTable(detail)]);
  return [title, ...grids, ...targets.map(verdict), ...failuresOf(Object.entries<Row>(measured.results)), ...further].join('\n');
}

const ofTable = ({ columns, results }: Omit<Table, 'title'>) => grid('', columns.map(shown), Object.entries(results));

/** Formats a column that a measurement defines. */
const shown = (column: Column<Row>): Cells<Row> => [
  column.head,
  (result) => {
    const value = column.value(result);
    return value === undefined ? undefined : number(value, column.digits);
  },
];

function ofContest(entries: Entries<Result>): string[] {
  const columns: Cells<Result>[] = [
    ['requests/s', ({ rps }) => number(rps)],
    ['p50 ms', ({ p50 }) => number(p50, 1)],
    ['p99 ms', ({ p99 }) => number(p99, 1)],
    ['p99 at ½ peak', ({ p99HalfPeak }) => optional(p99HalfPeak?.spread, 1)],
    ['in bursts', ({ p99HalfPeak }) => optional(p99HalfPeak?.bursts, 1)],
    ['requests/s for each core spent', ({ rpsPerCore }) => optional(rpsPerCore)],
  ];
  const names = [...new Set(entries.flatMap(([, { cpu }]) => Object.keys(cpu ?? {})))];
  const matters = (name: string) => entries.some(([, { cpu, rpsPerCore = 0 }]) => (cpu?.[name] ?? 0) * rpsPerCore > SMALL * 1e6);
  const others = names.filter((name) => !matters(name));
  const spent: Cells<Result>[] = [
    ...names.filter(matters).map((name): Cells<Result> => [name, ({ cpu }) => optional(cpu?.[name])]),
    ['others', ({ cpu }) => (cpu && others.length ? number(others.reduce((sum, name) => sum + (cpu[name] ?? 0), 0)) : undefined)],
    ['all', ({ rpsPerCore }) => optional(rpsPerCore && 1e6 / rpsPerCore)],
    ['(load generator)', ({ loadCpu }) => number(loadCpu)],
  ];
  return [...grid('', columns, entries), ...grid('CPU µs a request', spent, entries)];
}

const failuresOf = (entries: Entries<Row>): string[] =>
  entries
    .filter(([, { failed = 0 }]) => failed > 0)
    .map(([name, { failed = 0, failure }]) => `  ${name}: ${number(failed)} requests failed, the first with ${failure}`);

/** Whether a target is met. */
export const isMet = ({ value, atLeast = -Infinity, atMost = Infinity }: Target): boolean => value >= atLeast && value <= atMost;

function verdict(target: Target): string {
  const { name, value, atLeast, atMost } = target;
  const wanted = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return `  ${isMet(target) ? 'met   ' : 'missed'}  ${name}: ${number(value, value < 100 ? 2 : 0)}, wanted ${wanted}`;
}

/** A row per contestant, without columns that are empty for all of them. */
function grid<R>(corner: string, columns: Cells<R>[], entries: Entries<R>): string[] {
  const filled = columns.filter(([, cell]) => entries.some(([, result]) => cell(result)));
  if (filled.length === 0) return [];
  const heads = [corner, ...filled.map(([head]) => head)];
  const rows = [heads, ...entries.map(([name, result]) => [name, ...filled.map(([, cell]) => cell(result) || '–')])];
  const widths = heads.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`);
}

const optional = (value: number | undefined, digits?: number) => (value === undefined ? undefined : number(value, digits));

const number = (value: number, digits = 0) =>
  Number.isNaN(value) ? '–' : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
