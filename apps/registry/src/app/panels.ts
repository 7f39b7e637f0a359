import { isObject } from '@skep/contracts';

type Json = Record<string, unknown>;
const get = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** The panels of a release: those of its manifest, or of its IR if the manifest has no list of them. Entries that are not objects are ignored. */
export function panelsOf(manifest: Json, ir?: Json): Json[] {
  const lists = [manifest['panels'], get(get(get(ir, 'app'), 'ui'), 'panels')];
  return (lists.find(Array.isArray) ?? []).filter(isObject);
}
