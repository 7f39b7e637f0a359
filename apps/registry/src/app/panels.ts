type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** The panels that a release brings: those of its manifest, else those of its IR. What is not an object is no panel. */
export function panelsOf(manifest: Json, ir?: Json): Json[] {
  const lists = [manifest['panels'], at(at(at(ir, 'app'), 'ui'), 'panels')];
  return (lists.find(Array.isArray) ?? []).filter(isObject);
}
