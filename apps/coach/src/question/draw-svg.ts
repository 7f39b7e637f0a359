import type { ChartSpec } from '@skep/contracts/coach';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [640, 360, 64, 64, 40];
const COLOURS = ['#2563eb', '#ea580c', '#16a34a', '#9333ea', '#0891b2', '#ca8a04', '#dc2626', '#4b5563'];
const LABELS = 10;
/** Beyond it, and for what is no number, nothing is drawn. */
const DRAWN_MAX = 1e15;

interface Point {
  label: string;
  value: number;
  series: string;
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const plain = (field: string): string => field.replace(/\\(.)/g, '$1');
const short = (text: string): string => ([...text].length > 14 ? `${[...text].slice(0, 13).join('')}…` : text);

/** Draws a chart, for those who do not draw it themselves: shapes and text, nothing that a browser would load or run. */
export function drawSvg({ mark, encoding: { x, y, color }, data, description }: ChartSpec): string {
  const points = (data.values as Record<string, unknown>[]).flatMap((row): Point[] => {
    const value = row[plain(y.field)];
    return typeof value === 'number' && Math.abs(value) < DRAWN_MAX
      ? [{ label: String(row[plain(x.field)] ?? ''), value, series: color ? String(row[plain(color.field)] ?? '') : '' }]
      : [];
  });
  const labels = [...new Set(points.map(({ label }) => label))];
  const series = [...new Set(points.map((point) => point.series))];
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = high - low || 1;
  const step = (WIDTH - LEFT - 16) / (labels.length || 1);
  const atX = (label: string) => LEFT + (labels.indexOf(label) + 0.5) * step;
  const atY = (value: number) => TOP + (1 - (value - low) / span) * (HEIGHT - TOP - BOTTOM);
  const colour = (name: string) => COLOURS[series.indexOf(name) % COLOURS.length]!;
  const text = (at: [number, number], content: string, anchor: string) =>
    `<text x="${round(at[0])}" y="${round(at[1])}" text-anchor="${anchor}">${escape(content)}</text>`;
  const bars = ({ label, value, series: name }: Point) => {
    const width = (step * 0.8) / (series.length || 1);
    const [from, to] = [atY(Math.max(0, value)), atY(Math.min(0, value))];
    const left = atX(label) - step * 0.4 + series.indexOf(name) * width;
    return `<rect x="${round(left)}" y="${round(from)}" width="${round(width)}" height="${round(to - from)}" fill="${colour(name)}"/>`;
  };
  const dots = ({ label, value, series: name }: Point) =>
    `<circle cx="${round(atX(label))}" cy="${round(atY(value))}" r="3" fill="${colour(name)}"/>`;
  const lines = series.map((name) => {
    const way = points.filter((point) => point.series === name).map(({ label, value }) => `${round(atX(label))},${round(atY(value))}`);
    return `<polyline points="${way.join(' ')}" fill="none" stroke="${colour(name)}" stroke-width="2"/>`;
  });
  const every = Math.ceil(labels.length / LABELS) || 1;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="11">`,
    `<title>${escape(description)}</title>`,
    ...[low, high].map((value) => text([LEFT - 6, atY(value) + 4], String(round(value)), 'end')),
    text([8, TOP - 22], y.title ?? plain(y.field), 'start'),
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}M${LEFT} ${round(atY(0))}H${WIDTH - 16}" stroke="#9ca3af" fill="none"/>`,
    ...(mark === 'bar' ? points.map(bars) : [...(mark === 'point' ? [] : lines), ...points.map(dots)]),
    ...labels.filter((_, n) => n % every === 0).map((label) => text([atX(label), HEIGHT - BOTTOM + 18], short(label), 'middle')),
    ...series.filter(Boolean).map((name, n) => `<g fill="${colour(name)}">${text([LEFT + n * 90, HEIGHT - 12], short(name), 'start')}</g>`),
    text([WIDTH - 16, HEIGHT - BOTTOM + 36], x.title ?? plain(x.field), 'end'),
    '</svg>',
  ].join('');
}

const round = (value: number): number => Math.round(value * 100) / 100;
