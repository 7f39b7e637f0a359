import { isObject } from '@skep/contracts';

/** Counts what filling a template costs: one for each step, and one for each character that is read or made. */
export class Budget {
  constructor(private left: number) {}

  /** @throws Error if it is used up */
  spend(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new Error('the template takes too long');
  }
}

/** A member of a value: only its own properties exist. @throws Error for a member of what is undefined */
export function memberOf(value: unknown, key: unknown): unknown {
  if (value === undefined || value === null) throw new Error(`'${String(key)}' of nothing`);
  if (typeof key !== 'string' && typeof key !== 'number') return undefined;
  if (Array.isArray(value)) return /^\d+$/.test(String(key)) ? (value as unknown[])[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Nothing, zero, and what is empty are false. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** A value within text: what is undefined is empty, lists and objects are JSON. */
export function toText(value: unknown, budget: Budget): string {
  if (value === undefined) return '';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  budget.spend(text.length);
  return text;
}

/** What a loop goes through: the items of a list, or the keys of an object. @throws Error for anything else */
export function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Object.keys(value);
  if (value === undefined) return [];
  throw new Error('only lists and objects have items');
}

/** @throws Error unless both are numbers or both are texts */
export function compare(left: unknown, sign: string, right: unknown, budget: Budget): boolean {
  if (typeof left === 'string' && typeof right === 'string') budget.spend(Math.min(left.length, right.length));
  if (sign === '==') return left === right;
  if (sign === '!=') return left !== right;
  const areAlike = (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!areAlike) throw new Error(`'${sign}' compares two numbers or two texts`);
  return { '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }[sign] ?? false;
}

/** Whether a text contains another one, a list a value, or an object a key. */
export function contains(whole: unknown, part: unknown, budget: Budget): boolean {
  if (Array.isArray(whole)) {
    budget.spend(whole.length);
    return whole.includes(part);
  }
  if (typeof whole === 'string' && typeof part === 'string') {
    budget.spend(whole.length + part.length);
    return whole.includes(part);
  }
  return isObject(whole) && typeof part === 'string' && Object.hasOwn(whole, part);
}

type Filter = (value: unknown, args: readonly unknown[], budget: Budget) => unknown;

function length(value: unknown): number {
  if (typeof value === 'string') return Array.from(value).length;
  return itemsOf(value).length;
}

/** The filters of templates, by name. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  [
    'tojson',
    (value, [indent], budget) => {
      const text = JSON.stringify(value ?? null, null, typeof indent === 'number' ? Math.min(indent, 8) : 0);
      budget.spend(text.length);
      return text;
    },
  ],
  ['default', (value, [other = '', isAlsoForEmpty]) => (value === undefined || (isTrue(isAlsoForEmpty) && !isTrue(value)) ? other : value)],
  ['upper', (value, _, budget) => toText(value, budget).toUpperCase()],
  ['lower', (value, _, budget) => toText(value, budget).toLowerCase()],
  [
    'length',
    (value, _, budget) => {
      if (typeof value === 'string') budget.spend(value.length);
      return length(value);
    },
  ],
]);
