import { useId } from 'react';
import { defineNode } from '../define.js';
import { color, flag, list, number, object, oneOf, records, text, texts } from '../fields.js';
import { useMessages } from '../host.js';
import { isObject } from '../json.js';
import { Pie, Plot, type Series } from './chart-plot.js';
import { cellText } from './table-cell.js';

const PALETTE = ['blue', 'green', 'purple', 'orange', 'red', 'yellow', 'gray'];
const paint = (index: number): string => `var(--ui-${PALETTE[index % PALETTE.length]})`;

const KINDS = { line: 'line', area: 'area', bar: 'bar', column: 'bar', pie: 'pie', donut: 'pie', doughnut: 'pie' } as const;

const fields = {
  data: records,
  chart_type: (value: unknown) => (value === undefined ? undefined : oneOf<(typeof KINDS)[keyof typeof KINDS]>(KINDS, 'line')(value)),
  type: oneOf<(typeof KINDS)[keyof typeof KINDS]>(KINDS, 'line'),
  x_key: text('name'),
  height: number(200, { min: 80, max: 1_200 }),
  series: list(object({ key: text(), label: text(), color })),
  colors: (value: unknown) => (isObject(value) ? value : {}),
  y2_keys: texts,
  title: text(),
  description: text(),
  show_legend: flag(),
  show_data_table: flag(),
};

const MAX_POINTS = 1_000;
const MAX_SERIES = 12;

/** Every n-th point, so that no more are drawn than can be told apart. */
const thinned = <T,>(points: readonly T[]): readonly T[] => {
  const step = Math.ceil(points.length / MAX_POINTS);
  return step > 1 ? points.filter((_, index) => index % step === 0) : points;
};

const toNumber = (value: unknown): number | undefined => {
  const read = number(NaN)(value);
  return Number.isNaN(read) ? undefined : read;
};

export const Chart = defineNode('Chart', fields, (props) => {
  const id = useId();
  const messages = useMessages();
  const { data, x_key, y2_keys, title, description } = props;
  const kind = props.chart_type ?? props.type;
  if (!data.length) return <p className="ui-muted ui-none">{messages.noData}</p>;

  const points = thinned(data);
  const named = props.series.length ? props.series : Object.keys(data[0] ?? {}).map((key) => ({ key, label: key, color: undefined }));
  const series: Series[] = named
    .filter(({ key }) => key !== x_key && points.some((point) => toNumber(point[key]) !== undefined))
    .slice(0, MAX_SERIES)
    .map(({ key, label, color: own }, index) => ({
      key,
      label: label || key,
      color: own ?? color(props.colors[key]) ?? paint(index),
      right: y2_keys.includes(key),
      values: points.map((point) => toNumber(point[key])),
    }));
  const labels = points.map((point) => cellText(point[x_key]));
  const slices =
    kind === 'pie' ? labels.map((label, index) => ({ label, color: paint(index), value: Math.max(0, series[0]?.values[index] ?? 0) })) : [];
  const legend = kind === 'pie' ? slices : series;
  const name = title || description || series.map(({ label }) => label).join(', ') || messages.data;

  return (
    <figure className="ui-chart">
      {title && <figcaption className="ui-heading">{title}</figcaption>}
      {description && (
        <p id={id} className="ui-muted">
          {description}
        </p>
      )}
      <div role="img" aria-label={name} aria-describedby={description ? id : undefined}>
        {kind === 'pie' ? (
          <Pie slices={slices} height={props.height} />
        ) : (
          <Plot kind={kind} labels={labels} series={series} height={props.height} />
        )}
      </div>
      {(props.show_legend || kind === 'pie' || series.length > 1) && (
        <ul className="ui-legend">
          {legend.slice(0, 30).map(({ label, color: tint }, index) => (
            <li key={index}>
              <span className="ui-dot" style={{ background: tint }} aria-hidden="true" />
              {label}
            </li>
          ))}
        </ul>
      )}
      <details className="ui-chart-data" open={props.show_data_table || undefined}>
        <summary>{messages.data}</summary>
        <div className="ui-table" tabIndex={0} role="region" aria-label={name}>
          <table>
            <thead>
              <tr>
                <th scope="col">{x_key}</th>
                {series.map(({ key, label }) => (
                  <th key={key} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.slice(0, 200).map((label, index) => (
                <tr key={index}>
                  <th scope="row">{label}</th>
                  {series.map(({ key, values }) => (
                    <td key={key}>{values[index] ?? ''}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
});
