import { includesScope } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covering, intersection, parseScopes } from './scopes.js';

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
])('%j and %j allow %j', (key, owner, both) => {
  expect(intersection(key, owner)).toEqual(both);
});

const scope = fc.constantFrom('*', 'a:*', 'b:*', 'a:x', 'a:y', 'b:x', 'a:x:*', 'a:x:1');
const lists = fc.uniqueArray(scope, { maxLength: 4 });

it('an intersection allows exactly what both sides allow', () => {
  fc.assert(
    fc.property(lists, lists, fc.constantFrom('a:x', 'a:y', 'b:x', 'a:x:1', 'b:z', 'c:x'), (some, others, wanted) => {
      const allows = (scopes: string[]) => scopes.some((one) => includesScope(one, wanted));
      expect(allows(intersection(some, others))).toBe(allows(some) && allows(others));
    }),
  );
});

it('the scopes that include one are those which cover it', () => {
  fc.assert(fc.property(scope, scope, (held, wanted) => expect(covering(wanted).includes(held)).toBe(includesScope(held, wanted))));
});

it('reads scopes between commas and blanks, each once', () => {
  expect(parseScopes(' store:read, billing:* ,store:read')).toEqual(['store:read', 'billing:*']);
});

it.each(['', ' , ', 'store read!', 'a:*:b', '**'])('"%s" is no list of scopes', (text) => {
  expect(() => parseScopes(text)).toThrow('invalid_input');
});
