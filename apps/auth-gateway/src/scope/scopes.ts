import { holdsScope, includesScope, InvalidInput, ScopeNotHeld } from '@skep/contracts';
import type { Ctx } from '@skep/platform';

const FORM = /^(\*|[a-z][a-z0-9_-]*([:.][a-z0-9_-]+)*([:.]\*)?)$/i;

const plain = (scope: string) => scope.replaceAll('.', ':');

/** All the scopes that include this one, written with colons. */
export function covering(scope: string): string[] {
  const parts = plain(scope).split(':');
  return ['*', plain(scope), ...parts.map((_, n) => [...parts.slice(0, n), '*'].join(':'))];
}

/** Which of the scopes wanted are not held? */
export const missing = (held: readonly string[], wanted: readonly string[]): string[] => wanted.filter((one) => !holdsScope(held, one));

/** What a person has besides a role, and what of the role they do not have. */
export interface Own {
  granted: string[];
  denied: string[];
}

/** What to grant and to deny somebody, so that with the role's scopes they hold exactly those wanted. */
export function apart(role_scopes: readonly string[], wanted: readonly string[]): Own {
  const denied = missing(wanted, role_scopes);
  const kept = missing(denied, role_scopes);
  return { granted: missing(kept, wanted), denied };
}

/** Nobody gives more than they hold. @throws Problem `scope_not_held` */
export function mayGive(ctx: Ctx, scopes: readonly string[]): void {
  const [beyond] = missing(ctx.scopes, scopes);
  if (beyond !== undefined) throw ScopeNotHeld(`You do not hold "${beyond}" yourself.`);
}

/** Nobody decides about those who administer more than they do. @throws Problem `scope_not_held` */
export const mayDecideAbout = (ctx: Ctx, scopes: readonly string[]): void =>
  mayGive(
    ctx,
    scopes.filter((scope) => scope === '*' || plain(scope).startsWith('admin:')),
  );

/** What both lists allow, the narrower scope of each pair. */
export function intersection(some: readonly string[], others: readonly string[]): string[] {
  const both = some.flatMap((one) =>
    others.flatMap((other) => (includesScope(other, one) ? [one] : includesScope(one, other) ? [other] : [])),
  );
  return [...new Set(both)];
}

/** Each scope once. @throws Problem `invalid_input` naming the first of a field that is none. */
export function checkScopes(scopes: readonly string[], field: string): string[] {
  const wrong = scopes.find((scope) => !FORM.test(scope));
  if (wrong !== undefined) throw InvalidInput([{ loc: [field], msg: `"${wrong.slice(0, 100)}" is not a scope`, type: 'scope_form' }]);
  return [...new Set(scopes)];
}

/** Reads scopes separated by commas or blanks. @throws Problem `invalid_input` naming the first that is none. */
export function parseScopes(text: string): string[] {
  const scopes = checkScopes(text.split(/[\s,]+/).filter(Boolean), 'scopes');
  if (!scopes.length) throw InvalidInput([{ loc: ['scopes'], msg: 'Name at least one scope', type: 'scope_missing' }]);
  return scopes;
}
