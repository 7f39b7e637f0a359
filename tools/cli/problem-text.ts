import type { ProblemBody } from '@skep/contracts';

/** The text of a problem; several faults of an input are joined. */
export function problemText({ detail, title }: Partial<ProblemBody> = {}): string | undefined {
  if (Array.isArray(detail)) return detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
  return typeof detail === 'string' ? detail : title;
}
