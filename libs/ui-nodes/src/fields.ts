import { readAction, type UIAction } from './action.js';
import { isObject, type JsonObject } from './json.js';
import { readNode, readNodes, type UINode } from './node.js';

/** Reads one prop. It accepts any value, and never throws: an app can send anything. */
export type Field<T> = (value: unknown) => T;
export type Fields = Record<string, Field<unknown>>;
export type PropsOf<F extends Fields> = { [K in keyof F]: ReturnType<F[K]> };

export function readProps<F extends Fields>(fields: F, props: JsonObject): PropsOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, read]) => [name, read(props[name])])) as PropsOf<F>;
}

export const text =
  (fallback = ''): Field<string> =>
  (value) =>
    typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : fallback;

export const flag =
  (fallback = false): Field<boolean> =>
  (value) =>
    typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : fallback;

export const number =
  (fallback: number, { min = -Infinity, max = Infinity } = {}): Field<number> =>
  (value) => {
    const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof read === 'number' && Number.isFinite(read) ? Math.min(max, Math.max(min, read)) : fallback;
  };

/** One of the keys of `values`, which says what each stands for: synonyms stand for the same. */
export const oneOf =
  <T extends string>(values: Readonly<Record<string, T>>, fallback: T): Field<T> =>
  (value) => {
    const name = typeof value === 'string' ? value.trim().toLowerCase() : '';
    return Object.hasOwn(values, name) ? (values[name] as T) : fallback;
  };

export const list =
  <T>(read: Field<T | undefined>): Field<T[]> =>
  (value) =>
    Array.isArray(value) ? (value as unknown[]).flatMap((item) => read(item) ?? []) : [];

export const texts = list<string>((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined));

export const object =
  <F extends Fields>(fields: F): Field<PropsOf<F> | undefined> =>
  (value) =>
    isObject(value) ? readProps(fields, value) : undefined;

export const record: Field<JsonObject> = (value) => (isObject(value) ? value : {});
export const records = list<JsonObject>((value) => (isObject(value) ? value : undefined));
export const json: Field<unknown> = (value) => value;
export const node: Field<UINode | undefined> = readNode;
export const nodes: Field<UINode[]> = readNodes;
export const action: Field<UIAction | undefined> = readAction;

/** A length of CSS. A bare number is pixels. */
export const length: Field<string | undefined> = (value) => {
  const size = String(typeof value === 'number' || typeof value === 'string' ? value : '').trim();
  if (/^\d{1,5}(\.\d{1,3})?$/.test(size)) return Number(size) > 0 ? `${size}px` : undefined;
  return /^\d{1,5}(\.\d{1,3})?(px|rem|em|ch|%|vh|vw|dvh|dvw)$/.test(size) ? size : undefined;
};

const TONES = {
  blue: 'blue',
  info: 'blue',
  primary: 'blue',
  green: 'green',
  success: 'green',
  red: 'red',
  danger: 'red',
  error: 'red',
  yellow: 'yellow',
  amber: 'yellow',
  warn: 'yellow',
  warning: 'yellow',
  orange: 'orange',
  purple: 'purple',
  gray: 'gray',
  grey: 'gray',
  muted: 'gray',
} as const;
export type Tone = (typeof TONES)[keyof typeof TONES];
/** A colour by its name. The theme says which colour that is. */
export const tone = (fallback: Tone): Field<Tone> => oneOf<Tone>(TONES, fallback);

/** A colour of CSS: the name of a tone becomes the theme's. Undefined if it is neither. */
export const color: Field<string | undefined> = (value) => {
  const name = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (Object.hasOwn(TONES, name)) return `var(--ui-${TONES[name as keyof typeof TONES]})`;
  return /^(#[\da-f]{3,8}|(rgb|hsl)a?\([\d\s.,%/-]{5,40}\)|[a-z]{3,20})$/.test(name) ? name : undefined;
};

/** A choice of a Select and its kin; a bare text is its own label. */
export const choices = list((value) => {
  const read = isObject(value) ? value : { value };
  const key = text()(read['value']);
  return key === '' && read['label'] === undefined
    ? undefined
    : { value: key, label: text(key)(read['label']), description: text()(read['description']), disabled: flag()(read['disabled']) };
});
export type Choice = ReturnType<typeof choices>[number];
