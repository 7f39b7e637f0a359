import { ValidateBy } from 'class-validator';
import { field, type FieldDocs } from './fields.js';

/** How to parse a comma-separated setting. */
export interface ListReading<T> {
  /** Parses one entry, which is trimmed and not empty. @throws Error whose message completes "entry 2 …", without the entry: it may be a secret */
  entry?: (text: string, all: readonly string[]) => T;
  /** The key that must be unique among the entries; the entry itself by default. */
  key?: (entry: T) => string;
}

/**
 * A setting with several values, separated by commas. The field contains the parsed entries. Empty, repeated and malformed entries are
 * rejected, with a message for each.
 */
export function CommaList<T = string>({
  entry = String as never,
  key = JSON.stringify,
  ...docs
}: FieldDocs & ListReading<T> = {}): PropertyDecorator {
  const attempt = (text: string): { entries: T[]; faults: string[] } => {
    const all = text.split(',').map((each) => each.trim());
    const entries: T[] = [];
    const faults = all.flatMap((each, i) => {
      try {
        if (!each) throw new Error('is empty: remove the comma before or after it');
        const read = entry(each, all);
        if (entries.some((other) => key(other) === key(read))) throw new Error('repeats an earlier one');
        entries.push(read);
        return [];
      } catch (error) {
        return [`entry ${i + 1} ${(error as Error).message}`];
      }
    });
    return { entries, faults };
  };
  const convert = (value: unknown) => {
    if (typeof value !== 'string') return value;
    const { entries, faults } = attempt(value);
    return faults.length ? value : entries;
  };
  const isList = ValidateBy({
    name: 'isCommaList',
    validator: {
      validate: (value) => Array.isArray(value),
      defaultMessage: (args) =>
        typeof args?.value === 'string' ? attempt(args.value).faults.join('; ') : 'must be a comma-separated list',
    },
  });
  return field({ schema: { type: 'string' }, convert }, docs, isList);
}
