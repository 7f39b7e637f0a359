import { hashSync, verifySync } from '@node-rs/argon2';

/** argon2id, version 1.3; 19 MiB, two passes: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A password to hash, or `against` a hash that it may fit; nobody waits for it after the deadline, in epoch milliseconds. */
export interface Argon2Task {
  password: string;
  against?: string;
  deadline: number;
}

/** The hash, or whether the password fits; nothing when the turn has come too late. */
export default function argon2({ password, against, deadline }: Argon2Task): string | boolean | undefined {
  if (deadline < Date.now()) return undefined;
  return against === undefined ? hashSync(password, PARAMETERS) : verifySync(against, password);
}
