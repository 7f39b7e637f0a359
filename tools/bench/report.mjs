/** A process with a smaller share of the processor time has no column of its own. */
const SMALL = 0.03;

/** Formats a measurement as tables, with its targets. */
export function table({ title, results, targets, columns }) {
  const entries = Object.entries(results);
  const grids = columns ? grid('', columns.map(shown), entries) : ofContest(entries);
  return [title, ...grids, ...targets.map(verdict), ...failuresOf(entries)].join('\n');
}

/** Formats a column that a measurement defines. */
const shown = ([head, value, digits]) => [head, (result) => (value(result) === undefined ? undefined : number(value(result), digits))];

function ofContest(entries) {
  const columns = [
    ['requests/s', ({ rps }) => number(rps)],
    ['p50 ms', ({ p50 }) => number(p50, 1)],
    ['p99 ms', ({ p99 }) => number(p99, 1)],
    ['p99 at ½ peak', ({ p99HalfPeak }) => p99HalfPeak && number(p99HalfPeak.spread, 1)],
    ['in bursts', ({ p99HalfPeak }) => p99HalfPeak?.bursts && number(p99HalfPeak.bursts, 1)],
    ['requests/s for each core spent', ({ rpsPerCore }) => rpsPerCore && number(rpsPerCore)],
  ];
  const names = [...new Set(entries.flatMap(([, { cpu }]) => Object.keys(cpu ?? {})))];
  const matters = (name) => entries.some(([, { cpu, rpsPerCore }]) => (cpu?.[name] ?? 0) * rpsPerCore > SMALL * 1e6);
  const others = names.filter((name) => !matters(name));
  const spent = [
    ...names.filter(matters).map((name) => [name, ({ cpu }) => cpu?.[name] !== undefined && number(cpu[name])]),
    ...(others.length ? [['others', ({ cpu }) => cpu && number(others.reduce((sum, name) => sum + (cpu[name] ?? 0), 0))]] : []),
    ['all', ({ rpsPerCore }) => rpsPerCore && number(1e6 / rpsPerCore)],
    ['(load generator)', ({ loadCpu }) => number(loadCpu)],
  ];
  return [...grid('', columns, entries), ...grid('CPU µs a request', spent, entries)];
}

const failuresOf = (entries) =>
  entries
    .filter(([, { failed }]) => failed > 0)
    .map(([name, { failed, failure }]) => `  ${name}: ${number(failed)} requests failed, the first with ${failure}`);

/** Whether a target is met. */
export const isMet = ({ value, atLeast, atMost }) => (atLeast === undefined ? value <= atMost : value >= atLeast);

function verdict(target) {
  const { name, value, atLeast, atMost } = target;
  const wanted = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return `  ${isMet(target) ? 'met   ' : 'missed'}  ${name}: ${number(value, value < 100 ? 2 : 0)}, wanted ${wanted}`;
}

/** A row per contestant, without columns that are empty for all of them. */
function grid(corner, columns, entries) {
  const filled = columns.filter(([, cell]) => entries.some(([, result]) => cell(result)));
  if (filled.length === 0) return [];
  const rows = [
    [corner, ...filled.map(([head]) => head)],
    ...entries.map(([name, result]) => [name, ...filled.map(([, cell]) => cell(result) || '–')]),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`);
}

const number = (value, digits = 0) =>
  Number.isNaN(value) ? '–' : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
