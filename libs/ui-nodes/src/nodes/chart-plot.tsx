import { useEffect, useRef, useState } from 'react';

export interface Series {
  key: string;
  label: string;
  color: string;
  /** Measured by the axis on the right. */
  right: boolean;
  values: (number | undefined)[];
}

const MARGIN = { top: 8, right: 12, bottom: 24, left: 48 };
const TICKS = 4;
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

/** The width of an element, in pixels, as it changes. */
function useWidth(initial: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    if (!ref.current || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(160, Math.round(entry.contentRect.width))));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

interface Scale {
  ticks: number[];
  y(value: number): number;
}

/** A scale over the values and zero, with round ticks. */
function scaleOf(series: readonly Series[], height: number): Scale {
  const values = series.flatMap((one) => one.values.filter((value) => value !== undefined));
  const [low, high] = values.reduce(([min, max], value) => [Math.min(min, value), Math.max(max, value)], [0, 0]);
  const rough = (high - low || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const [bottom, top] = [Math.floor(low / step) * step, Math.ceil((high || step) / step) * step];
  const ticks = Array.from({ length: Math.min(12, Math.round((top - bottom) / step) + 1) }, (_, index) => bottom + index * step);
  return { ticks, y: (value) => MARGIN.top + (1 - (value - bottom) / (top - bottom || 1)) * (height - MARGIN.top - MARGIN.bottom) };
}

interface PlotProps {
  kind: 'line' | 'area' | 'bar';
  labels: readonly string[];
  series: readonly Series[];
  height: number;
}

export function Plot({ kind, labels, series, height }: PlotProps) {
  const { ref, width } = useWidth(600);
  const left = scaleOf(
    series.filter((one) => !one.right),
    height,
  );
  const hasRight = series.some((one) => one.right);
  const right = hasRight
    ? scaleOf(
        series.filter((one) => one.right),
        height,
      )
    : undefined;
  const end = width - (right ? MARGIN.left : MARGIN.right);
  const band = (end - MARGIN.left) / Math.max(1, labels.length);
  const center = (index: number): number => MARGIN.left + band * (index + 0.5);
  const scale = (one: Series): Scale => (one.right && right) || left;
  const every = Math.max(1, Math.ceil((labels.length * 64) / Math.max(1, end - MARGIN.left)));
  const bar = Math.max(1, Math.min(48, (band * 0.72) / Math.max(1, series.length)));
  return (
    <div ref={ref} className="ui-plot">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {left.ticks.map((tick) => (
          <g key={tick}>
            <line x1={MARGIN.left} x2={end} y1={left.y(tick)} y2={left.y(tick)} className="ui-gridline" />
            <text x={MARGIN.left - 8} y={left.y(tick) + 4} textAnchor="end">
              {compact.format(tick)}
            </text>
          </g>
        ))}
        {right?.ticks.map((tick) => (
          <text key={tick} x={end + 8} y={right.y(tick) + 4}>
            {compact.format(tick)}
          </text>
        ))}
        {labels.map((label, index) =>
          index % every === 0 ? (
            <text key={index} x={center(index)} y={height - 6} textAnchor="middle">
              {label.length > 12 ? `${label.slice(0, 11)}…` : label}
            </text>
          ) : null,
        )}
        {series.map((one, ordinal) =>
          kind === 'bar' ? (
            <g key={one.key} fill={one.color}>
              {one.values.map((value, index) => {
                if (value === undefined) return null;
                const [zero, y] = [scale(one).y(0), scale(one).y(value)];
                const x = center(index) + (ordinal - series.length / 2) * bar;
                return (
                  <rect
                    key={index}
                    x={x}
                    y={Math.min(zero, y)}
                    width={Math.max(1, bar - 1)}
                    height={Math.max(1, Math.abs(zero - y))}
                    rx={2}
                  />
                );
              })}
            </g>
          ) : (
            <Line key={one.key} series={one} scale={scale(one)} center={center} filled={kind === 'area'} />
          ),
        )}
      </svg>
    </div>
  );
}

interface LineProps {
  series: Series;
  scale: Scale;
  center: (index: number) => number;
  filled: boolean;
}

/** A line that breaks where a value is missing. */
function Line({ series, scale, center, filled }: LineProps) {
  const points = series.values.map((value, index) => (value === undefined ? undefined : { x: center(index), y: scale.y(value) }));
  const path = points
    .map((point, index) => (point ? `${points[index - 1] ? 'L' : 'M'}${point.x.toFixed(1)} ${point.y.toFixed(1)}` : ''))
    .join('');
  const ends = points.filter((point) => point !== undefined);
  const [first, last] = [ends[0], ends.at(-1)];
  return (
    <>
      {filled && first && last && (
        <path d={`${path}L${last.x} ${scale.y(0)}L${first.x} ${scale.y(0)}Z`} fill={series.color} opacity={0.16} />
      )}
      <path d={path} fill="none" stroke={series.color} strokeWidth={2} strokeLinejoin="round" strokeLinecap="round" />
      {ends.length <= 40 && ends.map(({ x, y }) => <circle key={x} cx={x} cy={y} r={2.5} fill={series.color} />)}
    </>
  );
}

interface Slice {
  label: string;
  value: number;
  color: string;
}

export function Pie({ slices, height }: { slices: readonly Slice[]; height: number }) {
  const total = slices.reduce((sum, { value }) => sum + value, 0) || 1;
  const starts = slices.map((_, index) => slices.slice(0, index).reduce((sum, { value }) => sum + value, 0));
  return (
    <svg className="ui-pie" viewBox="0 0 42 42" style={{ height }} aria-hidden="true">
      {slices.slice(0, 100).map(({ value, color }, index) => (
        <circle
          key={index}
          cx="21"
          cy="21"
          r="15.9"
          pathLength={100}
          stroke={color}
          strokeDasharray={`${(value / total) * 100 + 0.2} 100`}
          strokeDashoffset={-((starts[index] ?? 0) / total) * 100}
        />
      ))}
    </svg>
  );
}
