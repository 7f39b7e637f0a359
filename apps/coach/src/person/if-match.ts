import { ChangedMeanwhile } from '@skep/contracts/coach';

/**
 * Compares the `If-Match` of a request with the version of a row (RFC 9110 §13.1.1).
 * @param ifMatch entity tags, by commas, or `*`; left out: any version
 * @throws Problem `changed_meanwhile`
 */
export function assertVersion(ifMatch: string | undefined, version: number): void {
  const tags = ifMatch?.split(',').map((tag) => tag.trim());
  if (tags && !tags.includes('*') && !tags.includes(`"${version}"`)) throw ChangedMeanwhile();
}
