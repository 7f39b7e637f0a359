import { OneOf, Optional, Shape, Text } from '@skep/contracts';
import type { ChartChannel, ChartSpec } from '@skep/contracts/coach';
import { foreignNumber } from '../insight/numbers.js';
import type { Column, Result } from './reader.js';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

@Shape('How rows are drawn.')
export class ChartPlan {
  @OneOf(['bar', 'line', 'point', 'area'], { description: 'How values are drawn.', example: 'bar' }) mark!:
    'bar' | 'line' | 'point' | 'area';
  @Text({ max: 63, description: 'The column of the horizontal axis.', example: 'week' }) x!: string;
  @Text({ max: 63, description: 'The column of the vertical axis, of numbers.', example: 'distance_km' }) y!: string;
  @Optional() @Text({ max: 63, description: 'The column that colours tell apart, if there is one.', example: 'sport' }) color?: string;
  @Text({ min: 1, max: 300, description: 'What the chart shows, in a sentence.', example: 'Kilometres by week.' }) caption!: string;
}

const named = ({ columns }: Result, name: string | undefined): Column | undefined => columns.find((column) => column.name === name);

/** What is wrong with rows that are to be drawn: they need two columns, one of them of numbers. */
export function faultOfRows({ columns }: Result): string | undefined {
  const hasTwo = new Set(columns.map(({ name }) => name)).size >= 2;
  return hasTwo && columns.some(({ kind }) => kind === 'number')
    ? undefined
    : 'a chart needs a column of labels or days, and one of numbers';
}

/** What is wrong with a plan for these rows. */
export function faultOfPlan({ x, y, color }: ChartPlan, result: Result): string | undefined {
  const names = result.columns.map(({ name }) => name).join(', ');
  for (const name of [x, y, ...(color === undefined ? [] : [color])])
    if (!named(result, name)) return `${name} is not one of the columns: ${names}`;
  return named(result, y)?.kind === 'number' ? undefined : `${y} is not a column of numbers`;
}

/** How rows are drawn if the model does not say. */
export function usualPlan({ columns }: Result): ChartPlan {
  const numbers = columns.filter(({ kind }) => kind === 'number');
  const y = numbers.find(({ name }) => /distance|km/.test(name)) ?? numbers.at(-1);
  const x = columns.find((column) => column.kind !== 'number') ?? columns.find((column) => column !== y);
  const color = columns.find((column) => column.kind === 'text' && column !== x);
  if (!x || !y) throw new Error('rows that cannot be drawn are refused before');
  return {
    mark: 'bar',
    x: x.name,
    y: y.name,
    ...(color && { color: color.name }),
    caption: `${titleOf(y.name)} by ${titleOf(x.name).toLowerCase()}.`,
  };
}

/** The chart of a plan. Its values are those of the rows: the model has written none of them. */
export function toSpec({ mark, x, y, color }: ChartPlan, result: Result, caption: string): ChartSpec {
  const fields = [...new Set([x, y, ...(color === undefined ? [] : [color])])];
  const channel = (name: string): ChartChannel => ({
    field: escaped(name),
    type: typeOf(named(result, name)!, mark),
    title: titleOf(name),
  });
  return {
    $schema: SCHEMA,
    description: caption,
    mark,
    encoding: {
      x: channel(x),
      y: { ...channel(y), type: 'quantitative' },
      ...(color !== undefined && { color: { ...channel(color), type: 'nominal' } }),
    },
    data: { values: result.rows.map((row) => Object.fromEntries(fields.map((name) => [name, row[name] ?? null]))) },
  };
}

/** The caption of the model, unless it names numbers that neither the rows nor the question have. */
export const captionOf = (plan: ChartPlan, { rows }: Result, question: string, usual: string): string =>
  foreignNumber(plan.caption, [JSON.stringify(rows), question]) === undefined ? plan.caption : usual;

/** Vega-Lite reads dots and brackets in the name of a field as a way into an object. */
const escaped = (name: string): string => name.replace(/[.[\]\\]/g, '\\$&');

function typeOf({ kind }: Column, mark: string): string {
  if (kind === 'number') return 'quantitative';
  return kind === 'time' ? (mark === 'bar' ? 'ordinal' : 'temporal') : 'nominal';
}

/** `distance_km` → `Distance (km)`. */
function titleOf(name: string): string {
  const plain = name.replace(/_(km|m|s|kg|bpm|ms|kcal|percent|min|h|w)$/, ' ($1)').replaceAll('_', ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
