import type { UserRef } from '@skep/contracts/auth';
import { type Ctx, tenantOf } from '@skep/platform';

/** The user that a service asks about. */
export const namedUser = (ctx: Ctx, input: UserRef) => ({ user: input.user_id, tenant: tenantOf(ctx, input) });
