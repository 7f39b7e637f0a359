import { e2eTest as test, type Mutant } from '@skep/testkit';

const VERIFIER = 'src/attestation/app-attest/app-attest.js';
const CHAIN = 'src/attestation/app-attest/certificate-chain.js';
const CHALLENGES = 'src/attestation/attest-challenges.js';
const DEVICES = 'src/attestation/attested-device.repository.js';
const CLIENT_DATA = 'src/attestation/client-data.js';
const INTEGRITY = 'src/attestation/play-integrity/integrity-verdict.js';
const PROBE = 'src/health-probe/health-probe.handlers.js';

const proof = (name: string) => ({ file: 'test/app-attest.spec.js', name });
const wrong = (what: string) => proof(`with a wrong ${what} proves nothing`);
const integrity = (what: string, code: string) => test('attestation', `with ${what} is ${code}`);

/** Proof of devices (docs/adr/0037-app-attest.md), and health probes. */
export const attestation: Mutant[] = [
  { name: 'certificates may lead to any root', file: CHAIN, find: '&& issued.verify(issuer.publicKey)', plant: '', test: wrong('root') },
  { name: 'any certificate may issue a leaf', file: CHAIN, find: 'issuer.ca && ', plant: '', test: wrong('authority') },
  {
    name: 'certificates are valid for ever',
    file: CHAIN,
    find: 'validFromDate <= now && now <= validToDate',
    plant: 'true',
    test: wrong('date'),
  },
  {
    name: 'a key may be on any curve',
    file: CHAIN,
    find: `key.asymmetricKeyDetails?.namedCurve === 'prime256v1'`,
    plant: 'true',
    test: proof('of a key on another curve proves nothing'),
  },
  {
    name: 'an attestation may be for any challenge',
    file: VERIFIER,
    find: '!!nonceExtension?.equals(Buffer.concat([NONCE_PREFIX, nonce]))',
    plant: 'true',
    test: wrong('nonce'),
  },
  {
    name: 'a key may have any id',
    file: VERIFIER,
    find: `check(sha256(point).equals(keyId), 'the key has another id');`,
    plant: '',
    test: wrong('key'),
  },
  {
    name: 'an attestation may be of any app',
    file: VERIFIER,
    find: 'appIds.find((id) => sha256(id).equals(appIdHash))',
    plant: 'appIds[0]',
    test: wrong('app'),
  },
  { name: 'a key may be used already', file: VERIFIER, find: 'counter === 0', plant: 'true', test: wrong('counter') },
  {
    name: 'the environment may be any',
    file: VERIFIER,
    find: `environment === 'production' || environment === wanted`,
    plant: 'true',
    test: wrong('aaguid'),
  },
  {
    name: 'production accepts keys of development',
    file: VERIFIER,
    find: `environment === 'production' || environment === wanted`,
    plant: 'environment !== undefined',
    test: proof('of a development build proves nothing in production'),
  },
  { name: 'the credential may be another', file: VERIFIER, find: 'credential.id.equals(keyId)', plant: 'true', test: wrong('credential') },
  {
    name: 'an assertion needs no signature',
    file: VERIFIER,
    find: `verify('sha256', sha256(authenticatorData, sha256(clientData)), publicKey, signature)`,
    plant: 'true',
    test: proof('over other data, for another app or by another key proves nothing'),
  },
  {
    name: 'an assertion may be for any app',
    file: VERIFIER,
    find: 'sha256(key.appId).equals(appIdHash)',
    plant: 'true',
    test: proof('over other data, for another app or by another key proves nothing'),
  },
  {
    name: 'a challenge works for ever',
    file: CHALLENGES,
    find: 'delete from attest_challenge',
    plant: 'update attest_challenge set expires_at = expires_at',
    test: test('attestation', 'works once, also if the proof was wrong'),
  },
  {
    name: 'a challenge comes back with a failed request',
    file: CHALLENGES,
    find: '{ apart: true }',
    plant: '{}',
    test: test('attestation', 'works once, also within a request with an Idempotency-Key'),
  },
  {
    name: 'a challenge is for any purpose',
    file: CHALLENGES,
    find: 'and purpose = :purpose and',
    plant: 'and (purpose = :purpose or true) and',
    test: test('attestation', 'of another purpose, user or key proves nothing'),
  },
  {
    name: 'a challenge is for any user',
    file: CHALLENGES,
    find: '(user_id is null or (user_id = :user and tenant_id = :tenant))',
    plant: '(true or (user_id = :user and tenant_id = :tenant))',
    test: test('attestation', 'of another purpose, user or key proves nothing'),
  },
  {
    name: 'a challenge is for any key',
    file: CHALLENGES,
    find: '(key_id is null or key_id = :key_id)',
    plant: '(true or key_id = :key_id)',
    test: test('attestation', 'of another purpose, user or key proves nothing'),
  },
  {
    name: 'a challenge never expires',
    file: CHALLENGES,
    find: 'and expires_at > now()',
    plant: '',
    test: test('attestation', 'that has expired proves nothing, and is removed'),
  },
  {
    name: 'client data may have any challenge',
    file: CLIENT_DATA,
    find: `Buffer.from(signed, 'base64url').equals(challenge)`,
    plant: 'true',
    test: test('attestation', 'over other data, with another challenge, for another app or by another key is refused'),
  },
  {
    name: 'a counter may repeat',
    file: DEVICES,
    find: 'and counter < :counter',
    plant: 'and counter <= :counter',
    test: test('attestation', 'of four with the same counter passes once'),
  },
  {
    name: 'a key works for everyone',
    file: DEVICES,
    find: '(user_id is null or (user_id = :user and tenant_id = :tenant))',
    plant: '(true or (user_id = :user and tenant_id = :tenant))',
    test: test('attestation', 'of a key that is unknown, or of another user, is 404'),
  },
  {
    name: 'a device is forgotten by anyone',
    file: DEVICES,
    find: '{ id, user_id: user, tenant_id: tenant }',
    plant: '{ id }',
    test: test('attestation', 'is forgotten by its user alone'),
  },
  {
    name: 'a token of Play Integrity may be for any challenge',
    file: INTEGRITY,
    find: '(requestDetails.requestHash ?? requestDetails.nonce) !== challenge',
    plant: 'false',
    test: integrity('another challenge', 'attestation_invalid'),
  },
  {
    name: 'a token of Play Integrity may be of any app',
    file: INTEGRITY,
    find: 'appIntegrity.packageName !== packageName',
    plant: 'false',
    test: integrity('another app', 'attestation_invalid'),
  },
  {
    name: 'a token of Play Integrity may be of an app that Play does not know',
    file: INTEGRITY,
    find: `appIntegrity.appRecognitionVerdict !== 'PLAY_RECOGNIZED'`,
    plant: 'false',
    test: integrity('an app that Play does not know', 'integrity_too_weak'),
  },
  {
    name: 'a token of Play Integrity may be old',
    file: INTEGRITY,
    find: '!(age <= MAX_AGE_MS && age >= -MAX_AHEAD_MS)',
    plant: 'false',
    test: integrity('a time of six minutes ago', 'attestation_invalid'),
  },
  {
    name: 'a device without a verdict counts as basic',
    file: INTEGRITY,
    find: 'if (!verdict)',
    plant: 'if (false)',
    test: integrity('no device verdict', 'integrity_too_weak'),
  },
  {
    name: 'a probe needs no signature',
    file: PROBE,
    find: '!hasSigned(probe, challenge, signature)',
    plant: 'false',
    test: test('health-probe', 'gets nothing for a challenge that was used, or of another probe, or that it has not signed'),
  },
  {
    name: 'a challenge of a probe works for ever',
    file: PROBE,
    find: '!isOurs',
    plant: 'false',
    test: test('health-probe', 'gets nothing for a challenge that was used, or of another probe, or that it has not signed'),
  },
  {
    name: 'a probe that was removed keeps its token',
    file: PROBE,
    find: '!this.probes.has(await this.tokens.verify(token))',
    plant: '!(await this.tokens.verify(token))',
    test: test('health-probe', 'is closed to a probe that was removed since'),
  },
];
