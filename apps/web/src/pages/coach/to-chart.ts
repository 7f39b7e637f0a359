type Json = Record<string, unknown>;

/** How the renderer draws what a specification marks. */
const KINDS = { bar: 'bar', line: 'line', area: 'area', point: 'line' } as const;
const MAX_ROWS = 5_000;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

interface Channel {
  field: string;
  title: string;
}

/** A column, whose name has no escapes any more. */
function readChannel(value: unknown): Channel | undefined {
  if (!isObject(value) || typeof value['field'] !== 'string') return undefined;
  const field = value['field'].replace(/\\(.)/g, '$1');
  return { field, title: typeof value['title'] === 'string' && value['title'] ? value['title'] : field };
}

const labelOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** The chart of a specification (a subset of Vega-Lite), as a node. Undefined for anything else: the model has written it, so each part is checked. */
export function toChart(spec: unknown): Json | undefined {
  if (!isObject(spec) || !isObject(spec['encoding']) || !isObject(spec['data']) || !Array.isArray(spec['data']['values'])) return undefined;
  const kind = Object.entries(KINDS).find(([mark]) => mark === spec['mark'])?.[1];
  const [x, y, color] = ['x', 'y', 'color'].map((name) => readChannel((spec['encoding'] as Json)[name]));
  if (!kind || !x || !y) return undefined;
  const rows = (spec['data']['values'] as unknown[]).filter(isObject).slice(0, MAX_ROWS);
  const names = color ? [...new Set(rows.map((row) => labelOf(row[color.field])))] : [];
  // One row for each place on the horizontal axis, with a column for each colour. Its keys are numbers: names may be any text.
  const points = new Map<string, Json>();
  for (const row of rows) {
    const label = labelOf(row[x.field]);
    const key = color ? `s${names.indexOf(labelOf(row[color.field]))}` : 'y';
    points.set(label, { ...points.get(label), [x.title]: label, [key]: row[y.field] });
  }
  const series = color ? names.map((label, index) => ({ key: `s${index}`, label })) : [{ key: 'y', label: y.title }];
  return { type: 'Chart', props: { chart_type: kind, data: [...points.values()], x_key: x.title, series, title: y.title } };
}
