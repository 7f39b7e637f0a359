import type { Json } from './ir.js';

/** Limits of a JSON value. */
export interface JsonLimits {
  /** Bytes as JSON text. */
  bytes: number;
  /** Levels of nested objects and arrays. */
  depth: number;
  /** Number of values. */
  values?: number;
}

/** What is wrong with a value, and where. */
export interface JsonFault {
  loc: (string | number)[];
  msg: string;
}

/**
 * Counts the bytes of a value as JSON and checks that it can be stored: JSON, within limits, without NUL characters and lone surrogates
 * (Postgres rejects both in jsonb). Reads no more than the limits allow, even if the value is cyclic. `bytes` is what was counted
 * before a fault.
 */
export function measureJson(value: unknown, limits: JsonLimits): { bytes: number; fault?: JsonFault } {
  let bytes = 0;
  let values = 0;
  const loc: (string | number)[] = [];
  const fault = (msg: string): JsonFault => ({ loc: [...loc], msg });
  const enter = (key: string | number, child: unknown): JsonFault | undefined => {
    loc.push(key);
    const found = visit(child);
    loc.pop();
    return found;
  };

  function text(value: string): JsonFault | undefined {
    bytes += Buffer.byteLength(JSON.stringify(value));
    if (value.includes('\0')) return fault('contains a NUL character');
    if (!isWellFormed(value)) return fault('contains a lone surrogate');
    return undefined;
  }

  function visit(value: unknown): JsonFault | undefined {
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
          if (key === '__proto__') return fault("contains the key '__proto__'");
          const found = text(key) ?? ((bytes += first ? 1 : 2), enter(key, child));
          if (found) return found;
          first = false;
        }
      }
    } else {
      return fault('is not a JSON value');
    }
    return bytes > limits.bytes ? fault(`is larger than ${Math.floor(limits.bytes / 1024)} KiB`) : undefined;
  }

  const found = visit(value);
  return found ? { bytes, fault: found } : { bytes };
}

/** Converts a value to text: '' for null, JSON for arrays and objects. */
export function toText(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Converts a number, or a string that is a finite decimal number; undefined for anything else. */
export function toNumber(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '' || /^\s*[+-]?0[xob]/i.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
