/**
 * The text of a problem; several faults of an input are joined.
 * @param {{ detail?: unknown, title?: string }} body
 */
export function problemText({ detail, title } = {}) {
  if (Array.isArray(detail)) return detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
  return typeof detail === 'string' ? detail : title;
}
