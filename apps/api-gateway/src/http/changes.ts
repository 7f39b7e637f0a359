import { InvalidInput, schemaOf } from '@skep/contracts';
import type { Route } from '../routes/define.js';

/** They say whose the request is, on every route. */
const CLAIMS = ['user_id', 'tenant_id'];

/** The fields that an update may change, where each of them may be left out; undefined for any other route. */
export function changeableFields({ method, path, operation }: Pick<Route, 'method' | 'path' | 'operation'>): string[] | undefined {
  if (method !== 'PATCH' && method !== 'PUT') return undefined;
  const { properties, required = [] } = schemaOf(operation.input) as { properties: object; required?: string[] };
  const isChange = (key: string) => !path.includes(`{${key}}`);
  const fields = Object.keys(properties).filter(isChange);
  return fields.length > 0 && !required.some(isChange) ? fields : undefined;
}

/**
 * Unknown fields are ignored, but an update of nothing else would succeed and change nothing. An empty body does that too, and does
 * not pretend anything: clients send it when nothing was edited.
 * @throws Problem `invalid_input` naming the unknown fields, and those there are
 */
export function mustNameAChange(changeable: readonly string[], body: Readonly<Record<string, unknown>> = {}): void {
  const named = Object.keys(body);
  if (named.some((key) => changeable.includes(key))) return;
  const unknown = named.filter((key) => !CLAIMS.includes(key));
  const msg = `is unknown here, so nothing would change. Known: ${changeable.join(', ')}`;
  if (unknown.length)
    throw InvalidInput(unknown.map((key) => ({ loc: [key], msg: `${key.slice(0, 100)} ${msg}`, type: 'extra_forbidden' })));
}
