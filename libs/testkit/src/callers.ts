import { type Ctx, newCtx } from '@skep/platform';

/** Longer than any test file runs, so that a test file can create a caller once. */
const TIMEOUT_MS = 120_000;

/** The context of a signed-in user, as the gateway creates it: `ada` is imp_u_ada of the tenant `default`. */
export const asUser = (name: string, fields: Partial<Ctx> = {}): Ctx =>
  asAnonymous({ tenant: 'default', user: `imp_u_${name}`, email: `${name}@example.com`, role: 'user', actor: 'user', ...fields });

/** The context of a service, acting for no user by default. */
export const asService = (name: string, fields: Partial<Ctx> = {}): Ctx => asAnonymous({ actor: `service:${name}`, ...fields });

/** The context of a caller who is not signed in. */
export const asAnonymous = (fields: Partial<Ctx> = {}): Ctx => newCtx({ deadline: Date.now() + TIMEOUT_MS, ...fields });
