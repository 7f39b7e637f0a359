import { e2eTest, type Mutant } from '@skep/testkit';

const FILE = 'src/auth/attestation.js';
const test = (name: string) => e2eTest('coach-attestation', name);

/** Bugs in the check of devices. */
export const attestation: Mutant[] = [
  {
    name: 'a route that enforces a proof takes none',
    file: FILE,
    find: `if (mode === 'enforce')`,
    plant: 'if (false)',
    test: test('is closed without a proof, with a made-up one, another user’s, or an access token'),
  },
  {
    name: 'a proof works for every user',
    file: FILE,
    find: ', subject: user',
    plant: '',
    test: test('is closed without a proof, with a made-up one, another user’s, or an access token'),
  },
  {
    name: 'an access token is a proof',
    file: FILE,
    find: `typ: 'attest+jwt', audience: ATTEST_TOKEN_AUDIENCE, `,
    plant: '',
    test: test('is closed without a proof, with a made-up one, another user’s, or an access token'),
  },
  {
    name: 'a proof for one request works for all',
    file: FILE,
    find: 'isFor(request, payload.request)',
    plant: 'true',
    test: test('opens with a proof for this request, and for no other one'),
  },
  {
    name: 'a proof works with any body',
    file: FILE,
    find: 'bound.body_sha256.toLowerCase() === bodyHashOf(request)',
    plant: 'true',
    test: test('opens with a proof for this request, and for no other one'),
  },
];
