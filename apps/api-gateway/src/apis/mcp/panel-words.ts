import { isObject } from '@skep/contracts';

type Json = Readonly<Record<string, unknown>>;

const MAX_LENGTH = 20_000;
const MAX_DEPTH = 64;
/** Props that a person reads, in the order in which they do. */
const READ = [
  ...['title', 'name', 'label', 'text', 'fallback', 'key', 'time', 'subtitle', 'value', 'content', 'message'],
  ...['description', 'trend', 'meta', 'caption', 'alt', 'error', 'placeholder', 'href', 'submit_label'],
];
/** Props with more nodes, or with what has props like nodes. */
const INSIDE = [
  'values',
  'badge',
  'children',
  'content',
  'sections',
  'tabs',
  'items',
  'nodes',
  'edges',
  'expanded_content',
  'footer',
  'trigger',
];
/** Props with records, whose fields an app names. */
const RECORDS = ['rows', 'data'];

/** What a tree of nodes says, in lines, for who cannot see it. The tree may be anything. */
export function toWords(tree: unknown): string {
  const lines: string[] = [];
  let length = 0;
  const add = (parts: readonly string[], between: string) => {
    const line = parts.join(between).trim();
    if (!line || length > MAX_LENGTH) return;
    lines.push(line);
    length += line.length;
  };
  const walk = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || length > MAX_LENGTH) return;
    if (Array.isArray(value)) for (const one of value) walk(one, depth + 1);
    else if (isObject(value)) {
      const props: Json = isObject(value['props']) ? { children: value['children'], ...value['props'] } : value;
      add(
        READ.flatMap((name) => wordsIn(props[name], value['type'] === 'Html')),
        ' · ',
      );
      for (const name of RECORDS) for (const row of listIn(props[name])) add(fieldsOf(row), ', ');
      for (const name of INSIDE) if (typeof props[name] === 'object' || name === 'children') walk(props[name], depth + 1);
    } else add(wordsIn(value, false), '');
  };
  walk(tree, 0);
  return lines.join('\n').slice(0, MAX_LENGTH);
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function wordsIn(value: unknown, isHtml: boolean): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'string' || !value.trim()) return [];
  return [isHtml ? value.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ') : value];
}

const fieldsOf = (row: unknown): string[] =>
  isObject(row)
    ? Object.entries(row).flatMap(([name, value]) =>
        ['string', 'number', 'boolean'].includes(typeof value) ? [`${name}: ${String(value)}`] : [],
      )
    : wordsIn(row, false);
