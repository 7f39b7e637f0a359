import { Marked } from 'marked';
import { useMemo, useState, type CSSProperties, type MouseEvent } from 'react';
import { defineNode } from '../define.js';
import { flag, number, oneOf, text } from '../fields.js';
import { useHost } from '../host.js';
import { sanitizeForFrame, sanitizeHtml } from '../sanitize.js';
import { isHostPath, linkUrl } from '../url.js';

const marked = new Marked({ gfm: true, breaks: true, async: false });
marked.use({ renderer: { checkbox: ({ checked }) => (checked ? '☑ ' : '☐ ') } });

/** Sanitised HTML in the page. Links to paths of the host go through it. */
function SafeHtml({ html }: { html: string }) {
  const { run } = useHost();
  function onClick(event: MouseEvent<HTMLElement>): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const href = linkUrl(link?.getAttribute('href'));
    if (!href || !isHostPath(href) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void run({ action: 'navigate', path: href }).catch(() => undefined);
  }
  // The only place where HTML enters the page: sanitised above.
  return <div className="ui-prose" onClick={onClick} dangerouslySetInnerHTML={{ __html: html }} />;
}

export const Markdown = defineNode('Markdown', { content: text(), text: text() }, ({ content, text: alias }) => {
  const html = useMemo(() => sanitizeHtml(marked.parse(content || alias) as string), [content, alias]);
  return <SafeHtml html={html} />;
});

const THEMES = { dark: 'dark', light: 'light' } as const;
const htmlFields = {
  content: text(),
  sandbox: flag(true),
  max_height: number(0, { min: 0, max: 10_000 }),
  theme: oneOf<'dark' | 'light'>(THEMES, 'dark'),
  title: text('HTML'),
};

export const Html = defineNode('Html', htmlFields, ({ content, sandbox, max_height, theme, title }) => {
  const [height, setHeight] = useState(40);
  const html = useMemo(() => (sandbox ? sanitizeForFrame(content) : sanitizeHtml(content)), [content, sandbox]);
  const style: CSSProperties = { maxHeight: max_height || undefined };
  if (!sandbox) {
    return (
      <div className={`ui-html ui-html-${theme}`} style={style}>
        <SafeHtml html={html} />
      </div>
    );
  }
  const scheme = theme === 'light' ? 'light' : 'light dark';
  const page = `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="${scheme}"><base target="_blank"><body>${html}`;
  return (
    <iframe
      className={`ui-html ui-html-${theme}`}
      title={title}
      // No scripts run in it. With the same origin its height can be read from here.
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={page}
      style={{ ...style, height: max_height ? Math.min(height, max_height) : height }}
      onLoad={({ currentTarget }) => setHeight(Math.min(currentTarget.contentDocument?.documentElement.scrollHeight ?? 40, 10_000))}
    />
  );
});
