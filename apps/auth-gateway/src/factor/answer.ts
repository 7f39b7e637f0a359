import { InvalidInput, type Proof } from '@skep/contracts';

/** Ways to prove who one is besides the password. */
export const FACTORS = ['code', 'recovery_code', 'passkey'] as const;

/** @throws Problem `invalid_input` unless exactly one of these ways was taken. */
export function oneOf(ways: readonly (keyof Proof)[], given: Proof): void {
  const taken = ways.filter((way) => given[way] != null);
  if (taken.length === 1) return;
  const msg = `Send one of these: ${ways.join(', ')}`;
  throw InvalidInput([{ loc: [taken[1] ?? ways[0]!], msg, type: taken.length ? 'too_many' : 'missing' }]);
}
