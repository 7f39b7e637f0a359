import { e2eTest as test, type Mutant } from '@skep/testkit';

const FILE = 'src/call-token/call-tokens.js';

/** Rules of call tokens. */
export const callTokens: Mutant[] = [
  {
    name: 'a call token may be forged',
    file: FILE,
    find: 'if (!timingSafeEqual(',
    plant: 'if (false && !timingSafeEqual(',
    test: test('call-tokens', 'is refused if it was altered, signed with another key, or is no token'),
  },
  {
    name: 'a call token can be used twice',
    file: FILE,
    find: 'return (await this.db.row(USE, { jti, exp })) !== undefined;',
    plant: 'return ((await this.db.row(USE, { jti, exp })) ?? true) !== undefined;',
    test: test('call-tokens', 'a call token is valid once, also for copies of the kernel that get it at the same time'),
  },
  {
    name: 'a call token does not expire',
    file: FILE,
    find: 'claims.exp * 1000 <= Date.now()',
    plant: 'false',
    test: test('call-tokens', 'expires after a minute'),
  },
];
