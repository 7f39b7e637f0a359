import { InvalidInput } from '@skep/contracts';

const FORM = /^(\*|[a-z][a-z0-9_-]*([:.][a-z0-9_-]+)*([:.]\*)?)$/i;

const plain = (scope: string) => scope.replaceAll('.', ':');

/** Does the first scope include the second? `*` includes all, `billing:*` includes `billing:read` and itself. */
export function includes(scope: string, other: string): boolean {
  const [held, wanted] = [plain(scope), plain(other)];
  return held === '*' || held === wanted || (held.endsWith(':*') && wanted.startsWith(held.slice(0, -1)));
}

/** What both lists allow, the narrower scope of each pair. */
export function intersection(some: readonly string[], others: readonly string[]): string[] {
  const both = some.flatMap((one) => others.flatMap((other) => (includes(other, one) ? [one] : includes(one, other) ? [other] : [])));
  return [...new Set(both)];
}

/** Reads scopes separated by commas or blanks. @throws Problem `invalid_input` naming the first that is none. */
export function parseScopes(text: string): string[] {
  const scopes = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  const wrong = scopes.find((scope) => !FORM.test(scope));
  if (wrong !== undefined) throw InvalidInput([{ loc: ['scopes'], msg: `"${wrong}" is not a scope`, type: 'scope_form' }]);
  if (!scopes.length) throw InvalidInput([{ loc: ['scopes'], msg: 'Name at least one scope', type: 'scope_missing' }]);
  return scopes;
}
