import { InvalidInput } from '@skep/contracts';
import { holdsScope, includesScope, ScopeNotHeld } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';

const SCOPE_PATTERN = /^(\*|[a-z][a-z0-9_-]*([:.][a-z0-9_-]+)*([:.]\*)?)$/i;

const normalizeScope = (scope: string) => scope.replaceAll('.', ':');

/** All scopes that include the given one, written with colons. */
export function coveringScopes(scope: string): string[] {
  const parts = normalizeScope(scope).split(':');
  return ['*', normalizeScope(scope), ...parts.map((_, n) => [...parts.slice(0, n), '*'].join(':'))];
}

/** The required scopes that are not held. */
export const missingScopes = (held: readonly string[], required: readonly string[]): string[] =>
  required.filter((scope) => !holdsScope(held, scope));

/** Scopes that a user has in addition to their role's, and scopes of the role that they do not have. */
export interface ScopeOverrides {
  granted: string[];
  denied: string[];
}

/** The grants and denials that turn the role's scopes into exactly the wanted ones. */
export function computeOverrides(role_scopes: readonly string[], wanted: readonly string[]): ScopeOverrides {
  const denied = missingScopes(wanted, role_scopes);
  const kept = missingScopes(denied, role_scopes);
  return { granted: missingScopes(kept, wanted), denied };
}

/** Callers can only grant scopes that they hold. @throws Problem `scope_not_held` */
export function assertCanGrant(ctx: Ctx, scopes: readonly string[]): void {
  const [notHeld] = missingScopes(ctx.scopes, scopes);
  if (notHeld !== undefined) throw ScopeNotHeld(`You do not have the scope "${notHeld}" yourself.`);
}

/** Callers can only change users and roles whose administrative scopes (`admin:…`, `*`) they hold. @throws Problem `scope_not_held` */
export const assertCanAdminister = (ctx: Ctx, scopes: readonly string[]): void =>
  assertCanGrant(
    ctx,
    scopes.filter((scope) => scope === '*' || normalizeScope(scope).startsWith('admin:')),
  );

/** The scopes that both lists cover: the narrower scope of each pair. */
export function intersectScopes(some: readonly string[], others: readonly string[]): string[] {
  const both = some.flatMap((one) =>
    others.flatMap((other) => (includesScope(other, one) ? [one] : includesScope(one, other) ? [other] : [])),
  );
  return [...new Set(both)];
}

/** Removes duplicates. @throws Problem `invalid_input` for the first invalid scope of the field */
export function validateScopes(scopes: readonly string[], field: string): string[] {
  const invalid = scopes.find((scope) => !SCOPE_PATTERN.test(scope));
  if (invalid !== undefined)
    throw InvalidInput([{ loc: [field], msg: `"${invalid.slice(0, 100)}" is not a valid scope`, type: 'scope_form' }]);
  return [...new Set(scopes)];
}

/** Parses scopes separated by commas or spaces. @throws Problem `invalid_input` for the first invalid scope */
export function parseScopes(text: string): string[] {
  const scopes = validateScopes(text.split(/[\s,]+/).filter(Boolean), 'scopes');
  if (!scopes.length) throw InvalidInput([{ loc: ['scopes'], msg: 'Name at least one scope', type: 'scope_missing' }]);
  return scopes;
}
