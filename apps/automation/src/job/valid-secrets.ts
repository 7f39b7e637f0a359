import { validSecrets } from '@skep/platform';

/** A secret, and the one that it has replaced lately. */
export interface Secrets {
  sealed_secret: string | null;
  sealed_previous: string | null;
  previous_until: Date | null;
}

/** The secrets that are valid now, the newest first. */
export const validSecretsOf = ({ sealed_secret, sealed_previous, previous_until }: Secrets): string[] =>
  validSecrets(sealed_secret, sealed_previous, previous_until);

/** Replaces a secret. @param overlapHours how long the former one stays valid */
export function replaceSecret(former: string | null, secret: string, overlapHours: number): Secrets & { sealed_secret: string } {
  const isKept = former !== null && overlapHours > 0;
  return {
    sealed_secret: secret,
    sealed_previous: isKept ? former : null,
    previous_until: isKept ? new Date(Date.now() + overlapHours * 3_600_000) : null,
  };
}
