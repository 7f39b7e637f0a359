import { BadRequest, isObject } from '@skep/contracts';

/** The object that a body is. @param fault what is wrong with another one @throws Problem `bad_request` */
export function objectIn(body: string, fault: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    if (isObject(json)) return json as Record<string, unknown>;
  } catch {
    // Below.
  }
  throw BadRequest(fault);
}
