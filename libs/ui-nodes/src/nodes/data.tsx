import { useState, type CSSProperties } from 'react';
import { defineNode } from '../define.js';
import { flag, list, nodes, number, object, oneOf, text, tone } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { imageUrl } from '../url.js';
import { Nodes, useSlice } from '../view.js';

const SIZES = { xs: 'sm', sm: 'sm', md: 'md', lg: 'lg', xl: 'lg' } as const;
const size = (fallback: 'sm' | 'md' | 'lg') => oneOf<'sm' | 'md' | 'lg'>(SIZES, fallback);

const badgeFields = { label: text(), value: text(), color: tone('gray'), size: size('sm'), dot: flag() };

export const Badge = defineNode('Badge', badgeFields, ({ label, value, color, size: badgeSize, dot }) => (
  <span className={`ui-badge ui-tone-${color} ui-size-${badgeSize}`}>
    {dot && <span className="ui-dot" aria-hidden="true" />}
    {label}
    {value && <strong>{value}</strong>}
  </span>
));

const avatarFields = { fallback: text('?'), name: text(), src: imageUrl, size: size('md') };

export const Avatar = defineNode('Avatar', avatarFields, ({ fallback, name, src, size: avatarSize }) => {
  const [broken, setBroken] = useState<string>();
  const label = name || fallback;
  return (
    <span className={`ui-avatar ui-size-${avatarSize}`} role="img" aria-label={label}>
      {src && broken !== src ? (
        <img src={src} alt="" referrerPolicy="no-referrer" loading="lazy" onError={() => setBroken(src)} />
      ) : (
        <span aria-hidden="true">{[...fallback].slice(0, 2).join('')}</span>
      )}
    </span>
  );
});

const statFields = {
  label: text(),
  value: text(),
  trend: text(),
  icon: text(),
  color: tone('blue'),
  description: text(),
  trend_direction: oneOf({ up: 'up', down: 'down', neutral: 'neutral' } as const, 'neutral'),
};
const ARROWS = { up: 'TrendingUp', down: 'TrendingDown', neutral: '' } as const;

export const Stat = defineNode('Stat', statFields, ({ label, value, trend, icon, color, description, trend_direction }) => (
  <div className="ui-stat">
    <span className="ui-stat-label">
      <Icon name={icon} />
      {label}
    </span>
    <span className={`ui-stat-value ui-tone-${color}`}>{value || '–'}</span>
    {trend && (
      <span className={`ui-trend ui-trend-${trend_direction}`}>
        <Icon name={ARROWS[trend_direction]} size={14} />
        {trend}
      </span>
    )}
    {description && <span className="ui-muted">{description}</span>}
  </div>
));

export const Stats = defineNode('Stats', { children: nodes, columns: number(0, { min: 0, max: 8 }) }, ({ children, columns }) => (
  <div className={columns ? 'ui-grid' : 'ui-stats'} style={{ '--ui-columns': Math.round(columns) } as CSSProperties}>
    <Nodes nodes={children} />
  </div>
));

const pair = object({ key: text(), label: text(), value: text(), node: nodes });

export const KeyValue = defineNode('KeyValue', { items: list(pair), columns: number(1, { min: 1, max: 6 }) }, ({ items, columns }) => {
  const { shown, more } = useSlice(items);
  return (
    <>
      <dl className="ui-grid ui-key-value" style={{ '--ui-columns': Math.round(columns) } as CSSProperties}>
        {shown.map(({ key, label, value, node }, index) => (
          <div key={index}>
            <dt>{label || key}</dt>
            <dd>{node.length ? <Nodes nodes={node} /> : value}</dd>
          </div>
        ))}
      </dl>
      {more}
    </>
  );
});

const moment = object({ title: text(), description: text(), time: text(), icon: text(), color: tone('blue') });

export const Timeline = defineNode('Timeline', { items: list(moment) }, ({ items }) => {
  const { shown, more } = useSlice(items);
  const messages = useMessages();
  if (!items.length) return <p className="ui-muted">{messages.noData}</p>;
  return (
    <>
      <ol className="ui-timeline">
        {shown.map(({ title, description, time, icon, color }, index) => (
          <li key={index}>
            <span className={`ui-timeline-dot ui-tone-${color}`} aria-hidden="true">
              <Icon name={icon} size={12} />
            </span>
            <div>
              <strong>{title}</strong>
              {time && <span className="ui-muted"> {time}</span>}
              {description && <p>{description}</p>}
            </div>
          </li>
        ))}
      </ol>
      {more}
    </>
  );
});
