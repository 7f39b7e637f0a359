import { InvalidInput, schemaOf } from '@skep/contracts';
import type { Route } from '../route.js';
import { InputPlan } from './input-plan.js';

/** Name the acting user and tenant, on every route. */
const IDENTITY_FIELDS = ['user_id', 'tenant_id'];

/** The fields that a PATCH or PUT can change. Undefined for other methods, and for an update with required fields. */
export function updatableFields(route: Route, { body: fields } = new InputPlan(route)): readonly string[] | undefined {
  if (route.method !== 'PATCH' && route.method !== 'PUT') return undefined;
  const { required = [] } = schemaOf(route.operation.input) as { required?: string[] };
  return fields.length > 0 && !required.some((key) => fields.includes(key)) ? fields : undefined;
}

/**
 * Rejects an update that names unknown fields only, and on a `closed` route one that names any. Elsewhere unknown fields are ignored, but an
 * update of only such fields would succeed and change nothing. An empty body is accepted: clients send it when nothing was edited.
 * @throws Problem `invalid_input`, which names the unknown fields and the updatable ones
 */
export function assertUpdatableFields(updatable: readonly string[], body: Readonly<Record<string, unknown>> = {}, closed = false): void {
  const keys = Object.keys(body);
  if (!closed && keys.some((key) => updatable.includes(key))) return;
  const msg = `is not a field that this update can change. Updatable fields: ${updatable.join(', ')}`;
  const unknown = keys.filter((key) => !updatable.includes(key) && !IDENTITY_FIELDS.includes(key));
  if (unknown.length)
    throw InvalidInput(unknown.map((key) => ({ loc: ['body', key], msg: `${key.slice(0, 100)} ${msg}`, type: 'extra_forbidden' })));
}
