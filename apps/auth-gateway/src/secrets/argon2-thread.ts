import { hashSync, verifySync } from '@node-rs/argon2';

/** argon2id, version 1.3; 19 MiB, two passes: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes the password or, if `expected_hash` is set, verifies it. `deadline`: milliseconds since 1970. */
export interface Argon2Task {
  password: string;
  expected_hash?: string;
  deadline: number;
}

/** Returns the hash, or whether the password matches; undefined after the deadline. */
export default function argon2({ password, expected_hash, deadline }: Argon2Task): string | boolean | undefined {
  if (deadline < Date.now()) return undefined;
  return expected_hash === undefined ? hashSync(password, PARAMETERS) : verifySync(expected_hash, password);
}
