import { runKind } from '@skep/platform';
import { REVOCATION_RUN, type RevocationRun } from '../revocation/revocation.repository.js';

/** Revokes a connection at its health provider, or at Terra. It gives up after a day. */
export const revokeHealth = runKind<RevocationRun>('health.revoke', REVOCATION_RUN);
