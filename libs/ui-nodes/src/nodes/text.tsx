import { createElement, useState } from 'react';
import { defineNode } from '../define.js';
import { color, flag, number, oneOf, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon as Glyph, iconSize } from '../icon.js';

const VARIANTS = {
  heading: 'heading',
  title: 'heading',
  body: 'body',
  caption: 'caption',
  muted: 'caption',
  small: 'caption',
  code: 'code',
} as const;

const textFields = {
  content: text(),
  text: text(),
  variant: oneOf<(typeof VARIANTS)[keyof typeof VARIANTS]>(VARIANTS, 'body'),
  truncate: flag(),
};

export const Text = defineNode('Text', textFields, ({ content, text: alias, variant, truncate }) =>
  createElement(
    variant === 'code' ? 'code' : 'p',
    { className: `ui-text ui-text-${variant}${truncate ? ' ui-truncate' : ''}`, title: truncate ? content : undefined },
    content || alias,
  ),
);

/** The heading of the page is the host's, so level 1 is its second. */
export const Header = defineNode(
  'Header',
  { text: text(), level: number(2, { min: 1, max: 4 }), subtitle: text() },
  ({ text: heading, level, subtitle }) => (
    <div className="ui-header">
      {createElement(`h${Math.round(level) + 1}`, { className: `ui-header-${Math.round(level)}` }, heading)}
      {subtitle && <p className="ui-muted">{subtitle}</p>}
    </div>
  ),
);

const iconFields = { name: text(), size: iconSize, color, label: text(), title: text() };

export const Icon = defineNode('Icon', iconFields, ({ name, size, color: tint, label, title }) => (
  <Glyph name={name} size={size} color={tint} label={label || title} />
));

export const Code = defineNode(
  'Code',
  { content: text(), language: text(), line_numbers: flag() },
  ({ content, language, line_numbers }) => {
    const messages = useMessages();
    const [copied, setCopied] = useState(false);
    const lines = line_numbers ? content.split('\n').slice(0, 5_000) : undefined;
    const copy = (): void =>
      void navigator.clipboard.writeText(content).then(
        () => setCopied(true),
        () => undefined,
      );
    return (
      <figure className="ui-code">
        <figcaption>
          <span>{language}</span>
          <button type="button" className="ui-button ui-button-ghost ui-size-sm" onClick={copy}>
            <span aria-live="polite">{copied ? messages.copied : messages.copy}</span>
          </button>
        </figcaption>
        {/* Scrollable, so reachable by keyboard. */}
        <pre tabIndex={0} aria-label={language || messages.data} role="region">
          <code>{lines ? lines.map((line, index) => <span key={index} className="ui-line">{`${line}\n`}</span>) : content}</code>
        </pre>
      </figure>
    );
  },
);
