import { InvalidInput } from '@skep/contracts';
import { findInexactNumber } from '@skep/platform';
import { isUtf8 } from 'node:buffer';
import { parse } from 'secure-json-parse';

/** More than any honest body has, and less than makes a recursive walk overflow. */
const DEPTH_MAX = 64;

const bad = (msg: string, type: string) => InvalidInput([{ loc: ['body'], msg, type }]);

/** Reads a JSON body; nothing at all counts as `{}`. @throws Problem `invalid_input` for what is no JSON object in UTF-8. */
export function readBody(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) throw bad('The body is not valid UTF-8', 'json_invalid');
  const text = bytes.toString();
  let json: unknown;
  try {
    json = parse(text, undefined, { protoAction: 'error', constructorAction: 'ignore' });
  } catch (error) {
    throw bad(`The body is not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`, 'json_invalid');
  }
  if (isDeeperThan(json, DEPTH_MAX)) throw bad(`The body is nested deeper than ${DEPTH_MAX} levels`, 'json_depth');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw bad('The body should be a JSON object', 'object_type');
  // Here, since what is passed on is written anew, rounded.
  const fault = findInexactNumber(text);
  if (fault) throw InvalidInput([{ ...fault, loc: ['body', ...fault.loc] }]);
  return json as Record<string, unknown>;
}

/** Level by level, so that depth itself cannot overflow anything. */
function isDeeperThan(json: unknown, max: number): boolean {
  let level = [json];
  for (let depth = 0; level.length; depth++) {
    if (depth > max) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : []));
  }
  return false;
}

/** Reads a form; of a field that comes twice the last one counts. */
export const readForm = (bytes: Buffer): Record<string, unknown> => Object.fromEntries(new URLSearchParams(bytes.toString()));
