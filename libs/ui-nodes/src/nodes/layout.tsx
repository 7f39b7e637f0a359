import type { CSSProperties } from 'react';
import { defineNode } from '../define.js';
import { flag, nodes, number, oneOf, text } from '../fields.js';
import { Nodes } from '../view.js';

const DIRECTIONS = { v: 'v', vertical: 'v', column: 'v', col: 'v', h: 'h', horizontal: 'h', row: 'h' } as const;
const ALIGN = { start: 'start', center: 'center', end: 'end', stretch: 'stretch', baseline: 'baseline', '': '' } as const;
const JUSTIFY = {
  start: 'start',
  center: 'center',
  end: 'end',
  between: 'space-between',
  around: 'space-around',
  evenly: 'space-evenly',
  '': '',
} as const;
const flex = (value: string): string => value.trim().replace(/^(flex-|space-|items-|justify-)/, '');
const gap = number(3, { min: 0, max: 16 });
const spacing = (steps: number): string => `${steps * 0.25}rem`;

const stackFields = {
  children: nodes,
  gap,
  wrap: (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined),
  align: (value: unknown) => oneOf<(typeof ALIGN)[keyof typeof ALIGN]>(ALIGN, '')(flex(text()(value))),
  justify: (value: unknown) => oneOf<(typeof JUSTIFY)[keyof typeof JUSTIFY]>(JUSTIFY, '')(flex(text()(value))),
  sticky: flag(),
};

/** A stack whose default direction is that of its name. */
const stack = <const T extends string>(type: T, direction: 'v' | 'h') =>
  defineNode(type, { ...stackFields, direction: oneOf<'v' | 'h'>(DIRECTIONS, direction) }, (props) => {
    const row = props.direction === 'h';
    const style: CSSProperties = {
      gap: spacing(props.gap),
      flexWrap: (props.wrap ?? row) ? 'wrap' : 'nowrap',
      alignItems: props.align || undefined,
      justifyContent: props.justify || undefined,
    };
    return (
      <div className={`ui-stack ${row ? 'ui-row' : 'ui-column'}${props.sticky ? ' ui-sticky' : ''}`} style={style}>
        <Nodes nodes={props.children} />
      </div>
    );
  });

export const Stack = stack('Stack', 'v');
export const Row = stack('Row', 'h');
export const Column = stack('Column', 'v');

export const Grid = defineNode('Grid', { children: nodes, columns: number(2, { min: 1, max: 12 }), gap }, (props) => (
  <div className="ui-grid" style={{ '--ui-gap': spacing(props.gap), '--ui-columns': Math.round(props.columns) } as CSSProperties}>
    <Nodes nodes={props.children} />
  </div>
));

export const Page = defineNode('Page', { children: nodes, title: text(), subtitle: text() }, ({ title, subtitle, children }) => (
  <div className="ui-page">
    {(title || subtitle) && (
      <header className="ui-page-header">
        {title && <h2 className="ui-title">{title}</h2>}
        {subtitle && <p className="ui-muted">{subtitle}</p>}
      </header>
    )}
    <Nodes nodes={children} />
  </div>
));

export const Section = defineNode(
  'Section',
  { children: nodes, title: text(), collapsible: flag() },
  ({ title, collapsible, children }) => {
    const heading = title && <h3 className="ui-heading">{title}</h3>;
    const body = (
      <div className="ui-section-body">
        <Nodes nodes={children} />
      </div>
    );
    if (!collapsible || !title) {
      return (
        <section className="ui-section">
          {heading}
          {body}
        </section>
      );
    }
    return (
      <details className="ui-section ui-collapsible" open>
        <summary>{heading}</summary>
        {body}
      </details>
    );
  },
);

export const Divider = defineNode('Divider', { label: text() }, ({ label }) =>
  label ? (
    <div className="ui-divider">
      <span>{label}</span>
    </div>
  ) : (
    <hr className="ui-divider" />
  ),
);
