import { useMemo, useState } from 'react';
import { withParams } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, list, number, oneOf, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { isObject, type JsonObject } from '../json.js';
import { useAction } from '../use-action.js';
import { Problem } from './button.js';
import { HEIGHT, WIDTH, layOut, type Layout } from './graph-layout.js';

const MAX_NODES = 1_000;
const MAX_EDGES = 4_000;
const TONES = ['blue', 'green', 'purple', 'orange', 'red', 'yellow', 'gray'];

/** Reads an entry as it is, or from `data`, where other tools put it. */
const entry = (value: unknown): JsonObject | undefined => (!isObject(value) ? undefined : isObject(value['data']) ? value['data'] : value);

const LAYOUTS = {
  'cose-bilkent': 'force',
  cose: 'force',
  circle: 'circle',
  grid: 'grid',
  breadthfirst: 'levels',
  concentric: 'concentric',
} as const;

const fields = {
  nodes: list(entry),
  edges: list(entry),
  layout: oneOf<Layout>(LAYOUTS, 'force'),
  height: number(600, { min: 160, max: 2_000 }),
  min_node_size: number(10, { min: 4, max: 100 }),
  max_node_size: number(50, { min: 4, max: 200 }),
  edge_label_visible: flag(),
  color_by: text('type'),
  on_node_click: action,
  title: text(),
};

const read = text();

export const Graph = defineNode('Graph', fields, (props) => {
  const messages = useMessages();
  const { error, start } = useAction();
  const [zoom, setZoom] = useState(1);
  const { on_node_click, layout } = props;
  const { nodes, edges } = useMemo(
    () => layOut(props.nodes.slice(0, MAX_NODES), props.edges.slice(0, MAX_EDGES), layout),
    [props.nodes, props.edges, layout],
  );
  if (!nodes.length) return <p className="ui-muted ui-none">{messages.noData}</p>;

  const kinds = [...new Set(nodes.map(({ data }) => read(data[props.color_by])))];
  const weights = nodes.map(({ data }) => number(1)(data['size']));
  const [low, high] = weights.reduce(([min, max], value) => [Math.min(min, value), Math.max(max, value)], [Infinity, -Infinity]);
  const radius = (data: JsonObject): number => {
    const share = high > low ? (number(1)(data['size']) - low) / (high - low) : 0.35;
    return ((props.min_node_size + share * (props.max_node_size - props.min_node_size)) / 2) * (HEIGHT / props.height);
  };
  const [width, height] = [WIDTH / zoom, HEIGHT / zoom];
  // Sizes are pixels of the page, however high the drawing is.
  const unit = height / props.height;
  const fontSize = 12 * unit;
  const zoomTo = (next: number): void => setZoom(Math.min(8, Math.max(0.5, next)));
  return (
    <figure className="ui-graph">
      <div className="ui-graph-tools">
        <button type="button" className="ui-bare" aria-label={messages.zoomOut} onClick={() => zoomTo(zoom / 1.5)}>
          <Icon name="ZoomOut" />
        </button>
        <button type="button" className="ui-bare" aria-label={messages.zoomIn} onClick={() => zoomTo(zoom * 1.5)}>
          <Icon name="ZoomIn" />
        </button>
      </div>
      <svg
        role="group"
        aria-label={props.title || messages.data}
        viewBox={`${(WIDTH - width) / 2} ${(HEIGHT - height) / 2} ${width} ${height}`}
        style={{ height: props.height, fontSize }}
      >
        {edges.map(({ from, to, data }, index) => (
          <g key={index}>
            <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} className="ui-edge" />
            {props.edge_label_visible && (
              <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2} textAnchor="middle" className="ui-edge-label">
                {read(data['label'])}
              </text>
            )}
          </g>
        ))}
        {nodes.map(({ id, x, y, data }) => {
          const label = read(data['label']) || id;
          const choose = on_node_click && (() => void start(withParams(on_node_click, { node_id: id })));
          const control = choose && {
            role: 'button',
            tabIndex: 0,
            onClick: choose,
            onKeyDown: ({ key }: { key: string }) => key === 'Enter' && choose(),
          };
          return (
            <g key={id} className="ui-graph-node" role="img" aria-label={label} {...control}>
              <circle
                cx={x}
                cy={y}
                r={radius(data)}
                fill={`var(--ui-${TONES[kinds.indexOf(read(data[props.color_by])) % TONES.length]})`}
              />
              <text x={x} y={y + radius(data) + fontSize * 1.2} textAnchor="middle" aria-hidden="true">
                {label.length > 24 ? `${label.slice(0, 23)}…` : label}
              </text>
            </g>
          );
        })}
      </svg>
      <Problem text={error} />
    </figure>
  );
});
