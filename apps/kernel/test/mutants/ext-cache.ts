import { e2eTest, type Mutant } from '@skep/testkit';

/** Rules of skeletons and caches. */
export const extCache: Mutant[] = [
  {
    name: 'a skeleton is read with a token of any type',
    file: 'src/skeleton/skeleton.handlers.js',
    find: `tool_type: 'skeleton', `,
    plant: '',
    test: e2eTest('skeleton', 'is not read with a missing or forged token, nor with one of another call'),
  },
  {
    name: 'a skeleton is read twice with one token',
    file: 'src/skeleton/skeleton.handlers.js',
    find: 'this.tokens.use(',
    plant: 'this.tokens.check(',
    test: e2eTest('skeleton', 'is read during a call with its token, once, in the tenant of the token'),
  },
  {
    name: 'a call token works for another call',
    file: 'src/call-token/call-tokens.js',
    find: 'claims[field] !== expected[field]',
    plant: 'false',
    test: e2eTest('ext-cache', 'refuses a missing or forged token, and one of another call, for each operation'),
  },
  {
    name: 'an expired entry of the cache is returned',
    file: 'src/ext-cache/cache.repository.js',
    find: ' and expires_at > now()',
    plant: '',
    test: e2eTest('ext-cache', 'an entry expires'),
  },
];
