import { e2eTest as test, type Mutant } from '@skep/testkit';

const AT_PROVIDER = 'src/single-sign-on/sign-in-at-provider.js';
const EXCHANGE = 'src/single-sign-on/exchange-code.js';
const HANDLERS = 'src/single-sign-on/single-sign-on.handlers.js';
const OPENID = 'src/identity-provider/openid-client.js';
const once = test('single-sign-on', 'fails: state and code are used twice, or with another verifier');
const misbehaves = (how: string) => test('single-sign-on', `fails: the provider misbehaves (${how})`);
const returns = test('single-sign-on', 'does not come back to https://evil.example/');
const linked = test('single-sign-on', 'is linked only by who signs in with its password, once');

/** Sign-in at identity providers. */
export const singleSignOn: Mutant[] = [
  {
    name: 'security 6.8.1: an answer of another provider counts as one of the right one',
    file: OPENID,
    find: 'oauth.validateAuthResponse(server, client, answer, state)',
    plant: 'oauth.validateAuthResponse(server, client, (answer.set("iss", server.issuer), answer), state)',
    test: test('single-sign-on', 'fails: the answer is of another issuer, or says no'),
  },
  {
    name: 'security 10.5.1: an ID token of another sign-in opens a session',
    file: OPENID,
    find: 'expectedNonce: nonce',
    plant: `expectedNonce: 'another nonce'`,
    test: misbehaves('nonce'),
  },
  {
    name: 'security 10.5.2: an e-mail address says who a person is',
    file: 'src/single-sign-on/person.js',
    find: `subject: String(claims['sub'])`,
    plant: 'subject: email',
    test: test('single-sign-on', 'is the same person with another e-mail address and after new keys of the provider'),
  },
  {
    name: 'security 10.5.3: metadata of another issuer is believed',
    file: OPENID,
    find: 'oauth.processDiscoveryResponse(url, ',
    plant: 'oauth.processDiscoveryResponse(oauth._nodiscoverycheck, ',
    test: test('single-sign-on', 'cannot use a domain twice, an unknown role, or an issuer that does not answer as such'),
  },
  {
    name: 'security 10.5.4: an ID token for another client opens a session',
    file: OPENID,
    find: 'oauth.processAuthorizationCodeResponse(server, client,',
    plant: `oauth.processAuthorizationCodeResponse(server, { client_id: 'another-client' },`,
    test: misbehaves('audience'),
  },
  {
    name: 'an ID token needs no signature of its provider',
    file: OPENID,
    find: 'await oauth.validateApplicationLevelSignature(server, response, options);',
    plant: '',
    test: misbehaves('signature'),
  },
  {
    name: 'a code is exchanged by anyone who has seen it',
    file: EXCHANGE,
    find: '|| !verifierMatches(signIn.code_challenge, code_verifier)',
    plant: '',
    test: once,
  },
  {
    name: 'a code works twice',
    file: 'src/single-sign-on/sign-in.repository.js',
    find: 'delete from sign_in where hash = :hash and step = :step and expires_at > now() returning *',
    plant: 'select * from sign_in where hash = :hash and step = :step and expires_at > now()',
    test: once,
  },
  {
    name: 'a sign-in comes back to any site',
    file: AT_PROVIDER,
    find: 'if (!this.isAllowed(return_to))',
    plant: 'if (false)',
    test: returns,
  },
  {
    name: 'an identity provider signs people of any domain in',
    file: 'src/single-sign-on/person.js',
    find: 'if (!domains.includes(domain))',
    plant: 'if (false)',
    test: test('single-sign-on', 'fails: the address is of another domain'),
  },
  {
    name: 'a person is linked to the account of another address',
    file: HANDLERS,
    find: '|| account.email !== person.email',
    plant: '',
    test: linked,
  },
  {
    name: 'an administrator maps a group to a role above their own',
    file: 'src/identity-provider/identity-provider.handlers.js',
    find: 'assertCanGrant(ctx, role.default_scopes);',
    plant: '',
    test: test('single-sign-on', 'gives no role that can do more than they can themselves'),
  },
  {
    name: 'an identity provider changes accounts with passwords',
    file: 'src/provisioning/provisioned-user.repository.js',
    find: "a.auth_method = '${SSO}'",
    plant: 'true',
    test: test('provisioning', 'an account with a password is neither seen nor changed'),
  },
  {
    name: 'the next person with an address gets the account of the first one',
    file: EXCHANGE,
    find: '|| (await this.identities.hasLink({ tenant_id, account_id }))',
    plant: '',
    test: test('provisioning', 'another person with the address of a provisioned one does not get their account'),
  },
  {
    name: 'a person without a password resets it',
    file: 'src/password-reset/password-reset.repository.js',
    find: " and auth_method = 'password'",
    plant: '',
    test: test('single-sign-on', 'gets no password by a reset, and cannot sign in with one'),
  },
];
