import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { captionOf, type ChartPlan, faultOfPlan, faultOfRows, toSpec, usualPlan } from './chart.js';
import { checkQuery } from './check-query.js';
import { drawSvg } from './draw-svg.js';
import { USUAL_QUERY } from './find-rows.js';
import type { Result } from './reader.js';

const result = (columns: Result['columns'], rows: Result['rows']): Result => ({
  query: '',
  views: ['my_activities'],
  columns,
  rows,
  isCut: false,
});
const WEEKS = result(
  [
    { name: 'week', kind: 'time' },
    { name: 'sport', kind: 'text' },
    { name: 'distance_km', kind: 'number' },
  ],
  [
    { week: '2026-06-15', sport: 'run', distance_km: 31 },
    { week: '2026-06-22', sport: 'run', distance_km: 34 },
  ],
);
const PLAN: ChartPlan = { mark: 'bar', x: 'week', y: 'distance_km', caption: 'Kilometres by week.' };

it('the usual query may run', async () => expect(await checkQuery(USUAL_QUERY)).toEqual(['my_activities']));

it('a chart has the values of the rows', () => {
  expect(toSpec(PLAN, WEEKS, PLAN.caption)).toMatchObject({
    mark: 'bar',
    encoding: {
      x: { field: 'week', type: 'ordinal', title: 'Week' },
      y: { field: 'distance_km', type: 'quantitative', title: 'Distance (km)' },
    },
    data: {
      values: [
        { week: '2026-06-15', distance_km: 31 },
        { week: '2026-06-22', distance_km: 34 },
      ],
    },
  });
  expect(usualPlan(WEEKS)).toMatchObject({ x: 'week', y: 'distance_km', color: 'sport' });
});

it('a plan names columns, and numbers go up', () => {
  expect(faultOfPlan(PLAN, WEEKS)).toBeUndefined();
  expect(faultOfPlan({ ...PLAN, x: 'url' }, WEEKS)).toMatch(/url/);
  expect(faultOfPlan({ ...PLAN, y: 'sport' }, WEEKS)).toMatch(/numbers/);
  expect(faultOfRows(result([{ name: 'n', kind: 'number' }], []))).toMatch(/column/);
});

it('a caption has no numbers of the model', () => {
  const caption = (text: string) => captionOf({ ...PLAN, caption: text }, WEEKS, 'The last 8 weeks?', 'usual');
  expect(caption('From 31 to 34 km in 8 weeks.')).toBe('From 31 to 34 km in 8 weeks.');
  expect(caption('You ran 99 km.')).toBe('usual');
});

it('a drawing is shapes and text, whatever the rows contain', () => {
  const evil = fc.oneof(fc.string(), fc.constantFrom('</text><script>alert(1)</script>', '" onload="x', '&#x3c;', 'url(http://x)'));
  const row = fc.record({ x: evil, series: evil, y: fc.oneof(fc.double(), fc.constant(null)) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), evil, fc.constantFrom('bar', 'line', 'point', 'area'), (rows, caption, mark) => {
      const rowsOf = result(
        [
          { name: 'x', kind: 'text' },
          { name: 'series', kind: 'text' },
          { name: 'y', kind: 'number' },
        ],
        rows,
      );
      const svg = drawSvg(toSpec({ mark: mark as 'bar', x: 'x', y: 'y', color: 'series', caption: 'x' }, rowsOf, caption));
      expect(svg.replace(/>[^<]*</g, '><')).not.toMatch(/script|onload|url\(|href|NaN|Infinity/);
      expect(svg.match(/<\w+/g)?.every((tag) => /^<(svg|title|text|path|rect|circle|polyline|g)$/.test(tag))).toBe(true);
    }),
  );
});
