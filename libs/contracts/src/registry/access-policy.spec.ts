import { expect, it } from '@jest/globals';
import { admits } from './access-policy.js';

const user = { user: 'imp_u_ada', role: 'user', scopes: ['notes:read', 'mail:*'] };

it('admits everyone without a policy, and to a public app', () => {
  for (const policy of [undefined, null, {}, { mode: 'public', required_scopes: ['x:y'] }, { exceptions: null }])
    expect(admits(policy, user)).toBe(true);
});

it('denies users and roles, of a public app too', () => {
  expect(admits({ exceptions: { denied_users: ['imp_u_ada'] } }, user)).toBe(false);
  expect(admits({ mode: 'public', exceptions: { denied_roles: ['guest', 'user'] } }, user)).toBe(false);
  expect(admits({ exceptions: { denied_users: ['imp_u_bob'], denied_roles: ['guest'] } }, user)).toBe(true);
});

it('requires every scope of a restricted app', () => {
  const restricted = (required_scopes: unknown) => admits({ mode: 'restricted', required_scopes }, user);
  expect([restricted([]), restricted(['notes:read', 'mail:send']), restricted(['notes:read', 'notes:write'])]).toEqual([true, true, false]);
  expect([restricted('notes:read'), restricted(null)]).toEqual([false, false]);
});
