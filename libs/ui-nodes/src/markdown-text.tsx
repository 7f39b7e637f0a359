import { Marked, type Tokens } from 'marked';
import { memo, useEffect, useMemo, useRef } from 'react';
import { sanitizeText } from './sanitize.js';
import { linkUrl } from './url.js';

/** Headings of a text stand below those of the page. */
const LEVELS_BELOW = 2;

const escape = (text: string): string => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

/** HTML in the text is shown as text, and an image as a link: what loads by itself would tell others that, and what, someone reads. */
const marked = new Marked({ gfm: true, breaks: true, async: false });
marked.use({
  renderer: {
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    html: ({ text }) => escape(text),
    heading({ tokens, depth }) {
      const level = Math.min(depth + LEVELS_BELOW, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    image: ({ href, text }) => {
      const url = linkUrl(href);
      return url ? `<a href="${escape(url)}">${escape(text || url)}</a>` : escape(text);
    },
  },
});

/**
 * Markdown that a language model or a stranger wrote: text, links, lists, tables and code. Nothing in it loads by itself. It may grow: what
 * it begins with is not rendered again, so that a selection in it stays.
 */
export function MarkdownText({ content }: { content: string }) {
  const blocks = useMemo(() => toBlocks(content), [content]);
  return (
    <div className="ui-nodes ui-prose">
      {blocks.map((block, index) => (
        <Block key={index} content={block} />
      ))}
    </div>
  );
}

/** Paragraphs, lists and so on. A text that defines links at its end is one block. */
function toBlocks(content: string): string[] {
  const tokens = marked.lexer(content);
  if (Object.keys(tokens.links).length) return [content];
  return (tokens as Tokens.Generic[]).filter(({ type }) => type !== 'space').map(({ raw }) => raw);
}

const Block = memo(function Block({ content }: { content: string }) {
  const html = useMemo(() => sanitizeText(marked.parse(content) as string), [content]);
  const element = useRef<HTMLDivElement>(null);
  // What scrolls is reached with the keyboard.
  useEffect(() => element.current?.querySelectorAll<HTMLElement>('pre, table').forEach((part) => (part.tabIndex = 0)), [html]);
  return <div ref={element} dangerouslySetInnerHTML={{ __html: html }} />;
});
