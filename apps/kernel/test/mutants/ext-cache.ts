import { e2eTest, type Mutant } from '@skep/testkit';

/** Rules of skeletons and caches. */
export const extCache: Mutant[] = [
  {
    name: 'a skeleton is read with a token of any type',
    file: 'src/skeleton-refresh/skeleton.handlers.js',
    find: `tool_type: 'skeleton', `,
    plant: '',
    test: e2eTest('skeleton', 'is not read with a missing or forged token, nor with one of another call'),
  },
  {
    name: 'a skeleton is read twice with one token',
    file: 'src/skeleton-refresh/skeleton.handlers.js',
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
  {
    name: 'the producer of a section writes',
    file: 'src/call/produce-section.js',
    find: 'this.code.run(call, producer, {}, ofRequest, ALLOWED)',
    plant: 'this.code.run(call, producer, {}, ofRequest)',
    test: e2eTest('sections', 'is not made by a producer that does not follow the rules: writes'),
  },
  {
    name: 'a section overwrites what was saved while it was made',
    file: 'src/skeleton/skeleton.repository.js',
    find: 'where stored.updated_at::text = :version::text',
    plant: "where :version::text is distinct from ''",
    test: e2eTest('sections', 'is what was saved while it was made'),
  },
  {
    name: 'users call producers',
    file: 'src/call/call.js',
    find: "source === 'skeleton' && name.startsWith",
    plant: 'name.startsWith',
    test: e2eTest('sections', 'is not made for who does not have the app, nor by a call of a user'),
  },
  {
    name: 'each reader makes a section',
    file: 'src/skeleton-refresh/refresh-section.js',
    find: 'if (begun)',
    plant: 'if (false)',
    test: e2eTest('sections', 'is made by one call for all who ask at once'),
  },
];
