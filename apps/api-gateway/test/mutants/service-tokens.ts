import type { Mutant } from '@skep/testkit';

const CONFIG = 'src/gateway.config.spec.js';
const ALONE = { file: CONFIG, name: 'is named kernel when it is the only one; several have names, and tokens can contain colons' };
const refused = (setting: string) => ({ file: CONFIG, name: `"${setting}" stops the start` });
const [OLD, NEW] = ['an-old-token-of-16', 'a-new-token-of-16+'];

/** Bugs in service tokens. */
export const serviceTokens: Mutant[] = [
  {
    name: 'a short service token is accepted',
    file: 'src/auth/service-tokens.js',
    find: 'token.length < MIN_TOKEN_LENGTH',
    plant: 'token.length < 1',
    test: refused(`a:b,c:${NEW}`),
  },
  {
    name: 'one of several service tokens needs no name',
    file: 'src/auth/service-tokens.js',
    find: 'colon < 0 && entries.length > 1',
    plant: 'false',
    test: refused(`${OLD},`),
  },
  {
    name: 'a service token ends at its first colon',
    file: 'src/auth/service-tokens.js',
    find: 'entry.slice(colon + 1)',
    plant: "entry.slice(colon + 1).split(':')[0]",
    test: ALONE,
  },
  {
    name: 'two service tokens have one name',
    file: 'src/gateway.config.js',
    find: 'key: ({ name }) => name',
    plant: 'key: ({ token }) => token',
    test: refused(`a:${OLD},a:${NEW}`),
  },
];
