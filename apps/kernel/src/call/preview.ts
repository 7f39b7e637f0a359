const TEXT_MAX = 200;
const ITEMS_MAX = 20;
const DEPTH_MAX = 4;
/** Characters of a preview. */
export const PREVIEW_MAX = 500;
const SECRET = /passw|secret|token|credential|authorization|api[_-]?key|private[_-]?key/i;

/** The first 500 characters of a value as JSON, with long parts shortened and values masked whose key looks like a secret's. */
export function previewOf(value: unknown): string {
  return toStorableText((JSON.stringify(shorten(value, 0)) ?? '').slice(0, PREVIEW_MAX));
}

/** Text that Postgres can store: without NUL characters and lone surrogates. */
export const toStorableText = (text: string): string => text.replaceAll('\0', '').replaceAll('\\u0000', '').toWellFormed();

/** Reads no more of a value than it shows. */
function shorten(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEPTH_MAX) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_MAX).map((item) => shorten(item, depth + 1));
    return value.length > ITEMS_MAX ? [...shown, '…'] : shown;
  }
  const entries = Object.entries(value).slice(0, ITEMS_MAX);
  return Object.fromEntries(entries.map(([key, item]) => [key, SECRET.test(key) ? '[hidden]' : shorten(item, depth + 1)]));
}
