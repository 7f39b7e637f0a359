import type { Json } from './ir.js';

export interface Limits {
  /** Bytes, written as JSON. */
  bytes: number;
  /** How many objects and arrays may lie inside one another. */
  depth: number;
  /** How many values there may be in all. */
  values?: number;
}

/** What is wrong with a value, and where. `bytes` tells how much was counted before. */
export interface Fault {
  loc: (string | number)[];
  msg: string;
}

/**
 * Whether a value can be kept: JSON, within limits, and storable (no NUL character, no half of a surrogate pair, which
 * Postgres refuses in jsonb). Reads no more than the limits allow, however often the value refers to its own parts.
 */
export function measure(value: unknown, limits: Limits): { bytes: number; fault?: Fault } {
  let bytes = 0;
  let values = 0;
  const loc: (string | number)[] = [];
  const fault = (msg: string): Fault => ({ loc: [...loc], msg });
  const enter = (key: string | number, child: unknown): Fault | undefined => {
    loc.push(key);
    const found = visit(child);
    loc.pop();
    return found;
  };

  function text(value: string): Fault | undefined {
    bytes += Buffer.byteLength(JSON.stringify(value));
    if (value.includes('\0')) return fault('contains a NUL character');
    if (!isWellFormed(value)) return fault('contains half of a surrogate pair');
    return undefined;
  }

  function visit(value: unknown): Fault | undefined {
    if (++values > (limits.values ?? Infinity)) return fault(`has more than ${limits.values} values`);
    if (typeof value === 'string') {
      const found = text(value);
      if (found) return found;
    } else if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
      bytes += String(value).length;
    } else if (typeof value === 'object') {
      if (loc.length >= limits.depth) return fault(`is nested deeper than ${limits.depth} levels`);
      bytes += 2;
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) {
          bytes += i && 1;
          const found = enter(i, value[i]);
          if (found) return found;
        }
      } else {
        let first = true;
        for (const [key, child] of Object.entries(value)) {
          if (key === '__proto__') return fault("has the key '__proto__'");
          const found = text(key) ?? ((bytes += first ? 1 : 2), enter(key, child));
          if (found) return found;
          first = false;
        }
      }
    } else {
      return fault('is not JSON');
    }
    return bytes > limits.bytes ? fault(`is larger than ${Math.floor(limits.bytes / 1024)} KiB`) : undefined;
  }

  const found = visit(value);
  return found ? { bytes, fault: found } : { bytes };
}

/** Text that shows a value to people: nothing for null, JSON for lists and objects. */
export function toText(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A number, or a text that is a finite decimal number; undefined for everything else. */
export function toNumber(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '' || /^\s*[+-]?0[xob]/i.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
