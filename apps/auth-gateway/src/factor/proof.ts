import { InvalidInput } from '@skep/contracts';
import type { Proof } from '@skep/contracts/auth';

/** Fields of a proof other than the password. */
export const FACTORS = ['code', 'recovery_code', 'passkey'] as const;

/** @throws Problem `invalid_input` unless exactly one of the fields is set */
export function assertExactlyOne(fields: readonly (keyof Proof)[], proof: Proof): void {
  const present = fields.filter((field) => proof[field] != null);
  if (present.length === 1) return;
  const msg = `Send exactly one of: ${fields.join(', ')}`;
  throw InvalidInput([{ loc: [present[1] ?? fields[0]!], msg, type: present.length ? 'too_many' : 'missing' }]);
}
