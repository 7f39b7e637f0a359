import { InvalidInput, isObject } from '@skep/contracts';

/** Reads what a vendor sends. Undefined if it is no JSON. */
export function parseJson(sent: Buffer | string): unknown {
  try {
    return JSON.parse(sent.toString());
  } catch {
    return undefined;
  }
}

/** Reads the body of a vendor's request. @throws Problem `invalid_input` if it is no JSON object */
export function parseBody(body: Buffer): Record<string, unknown> {
  const json = parseJson(body);
  if (isObject(json)) return json;
  throw InvalidInput([{ loc: [], msg: 'The body should be a JSON object', type: 'json_invalid' }]);
}

/** The value at a path of names; undefined where one is missing. */
export const valueAt = (json: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), json);

/** The text at a path, or an empty one. */
export function textAt(json: unknown, ...path: string[]): string {
  const value = valueAt(json, ...path);
  return typeof value === 'string' ? value : '';
}

/** The list at a path, or an empty one. */
export function listAt(json: unknown, ...path: string[]): unknown[] {
  const value = valueAt(json, ...path);
  return Array.isArray(value) ? value : [];
}
