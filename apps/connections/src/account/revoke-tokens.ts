import { runKind } from '@skep/platform';
import { REVOCATION_RUN, type RevocationRun } from '../revocation/revocation.repository.js';

/** Revokes tokens at their provider. It gives up after a day. */
export const revokeTokens = runKind<RevocationRun>('account.revoke', REVOCATION_RUN);
