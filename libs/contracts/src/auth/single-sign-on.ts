import { Empty, Message } from '../common.js';
import { list, operation } from '../define.js';
import { Email, type FieldDocs, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { TenantId, Tokens, TenantSuspended } from './credentials.js';

const docs = {
  identity_id: { description: 'Id of the link between an account and a person at an identity provider.', example: 'eid_8Hn2' },
  provider: { description: 'Name of the identity provider.', example: 'Acme Workforce' },
} satisfies Record<string, FieldDocs>;

@Shape('The start of a sign-in at the identity provider of an organisation, with a code challenge (RFC 7636).')
export class StartSingleSignOn {
  @Email({ description: 'E-mail address of the person. Its domain selects the identity provider.', example: 'ada@acme.example' })
  email!: string;
  @TenantId() tenant_id: string = 'default';
  @Text({
    max: 2000,
    description:
      'Where the browser comes back to, with `code` or `error`: an address of Skep itself, of a program on the same machine (`http://127.0.0.1:…`), or of an origin in RETURN_TO_ALLOW.',
    example: 'https://skep.example.com/signed-in',
  })
  return_to!: string;
  @Text({
    pattern: /^[A-Za-z0-9_-]{43}$/,
    description: 'SHA-256 of the code verifier, in base64url without padding.',
    example: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  })
  code_challenge!: string;
  @OneOf(['S256'], { description: 'Always `S256`.' }) code_challenge_method: string = 'S256';
}

@Shape('Where the browser of the person continues.')
export class StartedSingleSignOn {
  @Text({ description: 'Address of the identity provider.', example: 'https://login.acme.example/authorize?…' }) authorize_url!: string;
  @Instant({ description: 'When the sign-in has to be finished.' }) expires_at!: Date;
}

@Shape('What an identity provider sends back with the browser: a code, or an error.')
export class SingleSignOnCallback {
  @Text({ min: 1, max: 512, description: 'State of the sign-in.' }) state!: string;
  @Optional() @Text({ max: 4096, description: 'Authorization code.' }) code?: string;
  @Optional() @Text({ max: 500, description: 'Issuer of the answer (RFC 9207).' }) iss?: string;
  @Optional() @Text({ max: 200, description: 'Why the provider refuses.', example: 'access_denied' }) error?: string;
}

@Shape('Where the browser goes after a sign-in.')
export class FinishedSingleSignOn {
  @Text({ description: '`return_to` with `code`, or with `error` and `error_description`.' }) location!: string;
  @Text({ description: 'Heading for a person.' }) title!: string;
  @Text({ description: 'One sentence for a person.' }) message!: string;
}

@Shape('The code of a finished sign-in.')
export class ExchangeSingleSignOnCode {
  @Text({ min: 1, max: 512, description: '`code` with which the browser came back. Valid once, for a minute.' }) code!: string;
  @Text({
    pattern: /^[A-Za-z0-9._~-]{43,128}$/,
    description: 'Code verifier whose SHA-256 was the `code_challenge`.',
    example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })
  code_verifier!: string;
}

@Shape('Links a person at an identity provider to your account.')
export class LinkIdentity {
  @Text({ min: 1, max: 512, description: '`link_token` of the problem `account_exists`. Valid once, for ten minutes.' })
  link_token!: string;
}

@Shape('A person at an identity provider that may sign in to your account.')
export class LinkedIdentity {
  @Text(docs.identity_id) identity_id!: string;
  @Text(docs.provider) provider!: string;
  @Text({ description: 'E-mail address at the provider when the link was made.', example: 'ada@acme.example' }) email!: string;
  @Instant({ description: 'When the link was made.' }) linked_at!: Date;
  @Nullable() @Instant({ description: 'Last sign-in. Null if there was none.' }) last_used_at!: Date | null;
}

@Shape('Identifies such a link.')
export class IdentityRef {
  @Text({ min: 1, max: 64, ...docs.identity_id }) identity_id!: string;
}

@Shape('Additional members of the problem `account_exists`.')
export class AccountLink {
  @Text({ description: 'Send it to `POST /v1/auth/identities` after a sign-in with the password.' }) link_token!: string;
  @Int({ description: 'Seconds until it expires.', example: 600 }) expires_in!: number;
}

export const NoIdentityProvider = problem('no_identity_provider', 404, 'No identity provider is set up for this address.');
export const ReturnAddressRefused = problem('return_address_refused', 422, 'The browser may not come back to this address.');
export const SignInExpired = problem('sign_in_expired', 400, 'This sign-in has ended or was used already. Start again.');
export const SignInRefused = problem('sign_in_refused', 403, 'This sign-in is not possible.');
export const IdentityProviderFailed = problem(
  'identity_provider_failed',
  502,
  'The identity provider did not answer as OpenID Connect says.',
);
export const AccountExists = problem(
  'account_exists',
  409,
  'This address has an account. Sign in with its password once, and link the two with `POST /v1/auth/identities`.',
);
export const IdentityNotFound = problem('identity_not_found', 404, 'No such link.');
export const IdentityNeeded = problem('identity_needed', 409, 'This account has no password: this link is the only way to sign in.');

export const singleSignOnMembers = {
  startSingleSignOn: operation('Start a sign-in at an identity provider', {
    description: 'Send the browser of the person to `authorize_url`.',
    input: StartSingleSignOn,
    output: StartedSingleSignOn,
    problems: [NoIdentityProvider, ReturnAddressRefused, IdentityProviderFailed],
    spansCalls: true,
  }),
  finishSingleSignOn: operation('Finish a sign-in at an identity provider', {
    description: 'The identity provider sends the browser here.',
    input: SingleSignOnCallback,
    output: FinishedSingleSignOn,
    problems: [SignInExpired],
    secret: true,
    spansCalls: true,
  }),
  exchangeSingleSignOnCode: operation('Exchange the code of a sign-in for tokens', {
    description:
      'The first sign-in of a person creates their account, without a password. If the address has an account already, its owner has to link it first. The identity provider decides about further factors.',
    input: ExchangeSingleSignOnCode,
    output: Tokens,
    problems: [SignInExpired, SignInRefused, AccountExists, TenantSuspended],
    secret: true,
  }),
  linkIdentity: operation('Link a person at an identity provider to your account', {
    description: 'Both must have the same e-mail address.',
    input: LinkIdentity,
    output: LinkedIdentity,
    problems: [SignInExpired, SignInRefused],
    secret: true,
  }),
  listIdentities: operation('List the identities that are linked to your account', {
    description: 'The people at identity providers who may sign in to your account, oldest link first.',
    input: Empty,
    output: list(LinkedIdentity),
  }),
  removeIdentity: operation('Remove the link of an identity', {
    description: 'The person can then no longer sign in to your account. The only way to sign in stays.',
    input: IdentityRef,
    output: Message,
    problems: [IdentityNotFound, IdentityNeeded],
  }),
};
