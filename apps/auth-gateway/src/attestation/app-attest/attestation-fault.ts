/** Why a proof of a device is refused: it cannot be read, or it does not prove what it should. */
export class AttestationFault extends Error {
  constructor(
    readonly kind: 'malformed' | 'invalid',
    message: string,
  ) {
    super(message);
  }
}

/** @throws AttestationFault `malformed` */
export function malformed(message: string): never {
  throw new AttestationFault('malformed', message);
}

/** @throws AttestationFault `invalid` unless the check has passed */
export function check(passed: boolean, message: string): asserts passed {
  if (!passed) throw new AttestationFault('invalid', message);
}
