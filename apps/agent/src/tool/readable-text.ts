const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const decode = (text: string): string =>
  text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = name[1]?.toLowerCase() === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
  });

/**
 * What a person reads on a page: text without markup, scripts and styles; a line for each block. Other text stays as it is. It takes time in proportion
 * to the page, whatever is in it: a parser that builds a tree takes minutes for elements that are nested a hundred thousand times.
 */
export function readableText(text: string, mediaType: string): string {
  const clean = text.replaceAll('\0', '').toWellFormed();
  if (!/html/i.test(mediaType)) return clean;
  const words = clean
    .replace(/<!--[\s\S]*?(-->|$)/g, ' ')
    .replace(/<(script|style|noscript|template|svg|head)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<\/?(p|div|section|article|h[1-6]|li|tr|br|ul|ol|table|blockquote|pre|hr)\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, ' ');
  return decode(words)
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n');
}
