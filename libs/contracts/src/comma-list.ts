import { ValidateBy } from 'class-validator';
import { field, type FieldDocs } from './fields.js';

/** How a comma-separated setting is read. */
export interface ListReading<T> {
  /** Reads one entry, which is trimmed and not empty. @throws Error whose message completes "entry 2 …", without the entry itself: it may be a secret */
  entry?: (text: string, all: readonly string[]) => T;
  /** What no two entries may have in common; the entry itself unless given. */
  key?: (entry: T) => string;
}

/**
 * A setting with several values, separated by commas. The field holds the entries, read and checked; a list with an empty entry, two equal ones or
 * one that cannot be read is refused, with a sentence for each fault.
 */
export function CommaList<T = string>({
  entry = String as never,
  key = JSON.stringify,
  ...told
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
  return field({ schema: { type: 'string' }, convert }, told, isList);
}
