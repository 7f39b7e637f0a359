import { includesScope } from '@skep/contracts/auth';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coveringScopes, intersectScopes, parseScopes } from './scopes.js';

it.each([
  [['*'], ['billing:read', 'store:*'], ['billing:read', 'store:*']],
  [['billing:read'], ['*'], ['billing:read']],
  [['billing:*'], ['billing:read', 'store:read'], ['billing:read']],
  [['billing:read'], ['billing:*'], ['billing:read']],
  [['billing:*'], ['billing:*'], ['billing:*']],
  [['billing.read'], ['billing:*'], ['billing.read']],
  [['billing:write'], ['billing:read'], []],
  [['billings:read'], ['billing:*'], []],
  [['admin:users:*'], ['admin:*'], ['admin:users:*']],
])('the intersection of %j and %j is %j', (key, owner, both) => {
  expect(intersectScopes(key, owner)).toEqual(both);
});

const scope = fc.constantFrom('*', 'a:*', 'b:*', 'a:x', 'a:y', 'b:x', 'a:x:*', 'a:x:1');
const lists = fc.uniqueArray(scope, { maxLength: 4 });

it('an intersection covers exactly the scopes that both lists cover', () => {
  fc.assert(
    fc.property(lists, lists, fc.constantFrom('a:x', 'a:y', 'b:x', 'a:x:1', 'b:z', 'c:x'), (some, others, wanted) => {
      const allows = (scopes: string[]) => scopes.some((one) => includesScope(one, wanted));
      expect(allows(intersectScopes(some, others))).toBe(allows(some) && allows(others));
    }),
  );
});

it('coveringScopes lists exactly the scopes that include the given one', () => {
  fc.assert(fc.property(scope, scope, (held, wanted) => expect(coveringScopes(wanted).includes(held)).toBe(includesScope(held, wanted))));
});

it('parses scopes separated by commas and spaces, and removes duplicates', () => {
  expect(parseScopes(' store:read, billing:* ,store:read')).toEqual(['store:read', 'billing:*']);
});

it.each(['', ' , ', 'store read!', 'a:*:b', '**'])('rejects %j as a list of scopes', (text) => {
  expect(() => parseScopes(text)).toThrow('invalid_input');
});
