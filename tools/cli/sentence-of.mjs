/**
 * What a problem of Skep says, as a sentence; faults of an input one after the other.
 * @param {{ detail?: unknown, title?: string }} body
 */
export function sentenceOf({ detail, title } = {}) {
  if (Array.isArray(detail)) return detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
  return typeof detail === 'string' ? detail : title;
}
