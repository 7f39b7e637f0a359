import { type Ctx, newCtx } from '@skep/platform';

/** Longer than any test file runs, so that a caller may be made once for all of it. */
const TIMEOUT_MS = 120_000;

/** Somebody signed in, as the gateway hands them over: `ada` is imp_u_ada of the tenant `default`. */
export const person = (name: string, more: Partial<Ctx> = {}): Ctx =>
  nobody({ tenant: 'default', user: `imp_u_${name}`, email: `${name}@example.com`, role: 'user', actor: 'user', ...more });

/** A service, acting for nobody unless `more` says for whom. */
export const service = (name: string, more: Partial<Ctx> = {}): Ctx => nobody({ actor: `service:${name}`, ...more });

/** Somebody who has not signed in. */
export const nobody = (more: Partial<Ctx> = {}): Ctx => newCtx({ deadline: Date.now() + TIMEOUT_MS, ...more });
