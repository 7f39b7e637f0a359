import { e2eTest as test, type Mutant } from '@skep/testkit';

const TOKENS = 'src/firebase/firebase-tokens.js';
const IDENTIFY = 'src/firebase/identify-firebase.js';
const says = (name: string) => test('firebase', name);

/** Firebase ID tokens: each would let someone in who is not the person, or is no more. */
export const firebase: Mutant[] = [
  {
    name: 'a Firebase ID token of another issuer signs in',
    file: TOKENS,
    find: 'const options = { issuer, ',
    plant: 'const options = { ',
    test: says('a token of another issuer'),
  },
  {
    name: 'a Firebase ID token for another project signs in',
    file: TOKENS,
    find: 'if (aud !== project)',
    plant: 'if (false)',
    test: says('a token for another project'),
  },
  {
    name: 'a Firebase ID token without a signature signs in',
    file: TOKENS,
    find: 'return (await jwtVerify(',
    plant: `if (token.endsWith('.')) return (await import('jose')).decodeJwt(token);\n return (await jwtVerify(`,
    test: says('a token without a signature (alg none)'),
  },
  {
    name: 'the signature of a Firebase ID token does not matter',
    file: TOKENS,
    find: 'return (await jwtVerify(',
    plant: `if (token) return (await import('jose')).decodeJwt(token);\n return (await jwtVerify(`,
    test: says('a token of a stranger, with a known key id'),
  },
  {
    name: 'a Firebase ID token of a sign-in in the future counts as recent',
    file: TOKENS,
    find: ' || !isPast(auth_time)',
    plant: '',
    test: says('a token signed in in the future'),
  },
  {
    name: 'a Firebase ID token of an ended sign-in signs in',
    file: IDENTIFY,
    find: 'person.signed_in_at < valid_since',
    plant: 'false',
    test: says('a token of a sign-in before a revocation at Firebase'),
  },
  {
    name: 'sign-ins end at Firebase only',
    file: 'src/firebase/firebase.handlers.js',
    find: 'new Date((seconds + 1) * 1_000)',
    plant: 'new Date(0)',
    test: says('ends them here even while Firebase fails'),
  },
  {
    name: 'a user who is disabled at Firebase signs in',
    file: IDENTIFY,
    find: 'known.is_erased || is_disabled',
    plant: 'known.is_erased',
    test: says('a user who is disabled at Firebase, also while it does not answer'),
  },
  {
    name: 'an erased Firebase user gets a new account',
    file: 'src/firebase/firebase-identity.repository.js',
    find: 'const IS_ERASED = `exists',
    plant: 'const IS_ERASED = `false and exists',
    test: says('for ever a user who was erased, also after Firebase forgets them'),
  },
  {
    name: 'an address that nobody has verified becomes that of an account',
    file: IDENTIFY,
    find: 'email && is_verified &&',
    plant: 'email &&',
    test: says('gets no account by an address that is not verified, and not the address'),
  },
];
