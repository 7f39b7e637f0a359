import { InvalidInput } from '@skep/contracts';
import { findInexactNumber } from '@skep/platform';
import { isUtf8 } from 'node:buffer';
import { parse } from 'secure-json-parse';

/** Deeper than any legitimate body, and too shallow to overflow a recursive function. */
const MAX_DEPTH = 64;

const invalidBody = (msg: string, type: string) => InvalidInput([{ loc: ['body'], msg, type }]);

/**
 * Parses a JSON body. An empty body counts as `{}`.
 * @param list the field that is the body, if it is an array @throws Problem `invalid_input` unless it is a JSON object in UTF-8, or an array and there is such a field
 */
export function parseBody(bytes: Buffer, list?: string): Record<string, unknown> {
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) throw invalidBody('The body is not valid UTF-8', 'json_invalid');
  const text = bytes.toString();
  let json: unknown;
  try {
    json = parse(text, undefined, { protoAction: 'error', constructorAction: 'ignore' });
  } catch (error) {
    throw invalidBody(`The body is not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`, 'json_invalid');
  }
  if (isDeeperThan(json, MAX_DEPTH)) throw invalidBody(`The body is nested deeper than ${MAX_DEPTH} levels`, 'json_depth');
  if (list && Array.isArray(json)) json = { [list]: json };
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw invalidBody('The body should be a JSON object', 'object_type');
  // Checked here, because the body is serialised again for the service, with rounded numbers.
  const fault = findInexactNumber(text);
  if (fault) throw InvalidInput([{ ...fault, loc: ['body', ...fault.loc] }]);
  return json as Record<string, unknown>;
}

/** Walks level by level: recursion would overflow the stack. */
function isDeeperThan(json: unknown, max: number): boolean {
  let level = [json];
  for (let depth = 0; level.length; depth++) {
    if (depth > max) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : []));
  }
  return false;
}

/** Parses a form. Of a repeated field the last value counts. */
export const parseForm = (bytes: Buffer): Record<string, unknown> => Object.fromEntries(new URLSearchParams(bytes.toString()));
