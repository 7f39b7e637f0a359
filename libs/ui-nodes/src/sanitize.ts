import createPurifier, { type Config, type DOMPurify } from 'dompurify';
import { imageUrl, linkUrl, mediaUrl } from './url.js';

/** In the page: nothing that reaches beyond its place, such as positions and classes of the host, and no forms. */
const PAGE: Config = {
  USE_PROFILES: { html: true, svg: true },
  FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'option', 'textarea', 'dialog', 'template', 'slot'],
  FORBID_ATTR: ['style', 'class', 'id', 'name', 'srcset', 'poster', 'background', 'tabindex', 'autofocus', 'popover', 'contenteditable'],
  ALLOW_DATA_ATTR: false,
};

/** Text with links, lists, tables and code. */
const TEXT: Config = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 'del', 'a', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', '#text'],
  ],
  ALLOWED_ATTR: ['href', 'title', 'start', 'align'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/** In a frame of its own, which contains what it looks like. */
const FRAME: Config = {
  ...PAGE,
  USE_PROFILES: { html: true },
  FORBID_TAGS: PAGE.FORBID_TAGS?.filter((tag) => tag !== 'style'),
  FORBID_ATTR: ['srcset', 'poster', 'background', 'autofocus', 'popover', 'contenteditable'],
  FORCE_BODY: true,
};

const URLS: Readonly<Record<string, (value: unknown) => string | undefined>> = { A: linkUrl, AREA: linkUrl, IMG: imageUrl };

function checkUrls(element: Element): void {
  for (const name of ['href', 'src', 'xlink:href']) {
    const value = element.getAttribute(name);
    if (value === null || (element.namespaceURI?.endsWith('svg') && value.startsWith('#'))) continue;
    const url = (URLS[element.tagName] ?? mediaUrl)(value);
    if (url) element.setAttribute(name, url);
    else element.removeAttribute(name);
  }
  if (element.hasAttribute('href')) {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer nofollow');
  }
}

let purifier: DOMPurify | undefined;

function purify(html: string, config: Config): string {
  if (!purifier) {
    purifier = createPurifier(window);
    purifier.addHook('afterSanitizeAttributes', checkUrls);
  }
  return purifier.sanitize(html, { ...config, RETURN_TRUSTED_TYPE: false });
}

/** HTML that may stand in the page. */
export const sanitizeHtml = (html: string): string => purify(html, PAGE);

/** HTML of a text: nothing in it loads by itself. */
export const sanitizeText = (html: string): string => purify(html, TEXT);

/** HTML with its own styles, for a frame that runs no scripts. */
export const sanitizeForFrame = (html: string): string => purify(html, FRAME);

/** A drawing as the data of an image; undefined if nothing remains. */
export function svgImage(markup: string): string | undefined {
  const svg = purify(markup, { USE_PROFILES: { svg: true } });
  if (!svg.startsWith('<svg')) return undefined;
  const named = svg.includes('xmlns=') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(named)}`;
}
