import { InvalidInput, schemaOf } from '@skep/contracts';
import type { Route } from '../routes/define.js';

/** Name the acting user and tenant, on every route. */
const IDENTITY_FIELDS = ['user_id', 'tenant_id'];

/** The fields that a PATCH or PUT can change. Undefined for other methods, and for an update with required fields. */
export function updatableFields({ method, path, operation }: Pick<Route, 'method' | 'path' | 'operation'>): string[] | undefined {
  if (method !== 'PATCH' && method !== 'PUT') return undefined;
  const { properties, required = [] } = schemaOf(operation.input) as { properties: object; required?: string[] };
  const isUpdatable = (key: string) => !path.includes(`{${key}}`);
  const fields = Object.keys(properties).filter(isUpdatable);
  return fields.length > 0 && !required.some(isUpdatable) ? fields : undefined;
}

/**
 * Rejects an update that names unknown fields only. Elsewhere unknown fields are ignored, but this update would succeed and change
 * nothing. An empty body is accepted: clients send it when nothing was edited.
 * @throws Problem `invalid_input`, which names the unknown fields and the updatable ones
 */
export function assertHasUpdatableField(updatable: readonly string[], body: Readonly<Record<string, unknown>> = {}): void {
  const keys = Object.keys(body);
  if (keys.some((key) => updatable.includes(key))) return;
  const unknown = keys.filter((key) => !IDENTITY_FIELDS.includes(key));
  const msg = `is not a field that this update can change. Updatable fields: ${updatable.join(', ')}`;
  if (unknown.length)
    throw InvalidInput(unknown.map((key) => ({ loc: [key], msg: `${key.slice(0, 100)} ${msg}`, type: 'extra_forbidden' })));
}
