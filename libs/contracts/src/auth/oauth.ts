import { APP_ID } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Int, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { TenantSuspended, tokenDocs } from './credentials.js';
import { InvalidGrant } from './device.js';

/** The scopes that a client may ask for. */
export const OAUTH_SCOPES = ['mcp:tools'] as const;
export const OAUTH_GRANTS = ['authorization_code', 'refresh_token'] as const;

const docs = {
  client_id: {
    description: 'Id of the client: the address of its metadata document, or an id from `POST /oauth/register`.',
    example: 'https://client.example/oauth/client.json',
  },
  redirect_uri: { description: 'Where the browser returns to.', example: 'https://client.example/callback' },
  scope: { description: 'Scopes, separated by spaces.', example: 'mcp:tools' },
  resource: { description: 'What the tokens are for (RFC 8707).', example: 'https://skep.example.com/mcp' },
  issuer: { description: 'Identifier of the authorization server.', example: 'https://skep.example.com' },
  client_name: { description: 'Name that the client gives itself. Not verified.', example: 'Desk Agent' },
  token: { description: 'An access token or a refresh token.', example: tokenDocs.refresh_token.example },
  request: { description: 'Secret of the authorization request, from the form.', example: 'Vq8sK2xN5mYtB0cLrJ4hDf7wPzG1eUaT9oRiXn3kMbE' },
  browser: { description: 'Secret of the browser, from its cookie.', example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
} satisfies Record<string, FieldDocs>;

@Shape('Which resource of the installation.')
export class ProtectedResourceRef {
  @Optional()
  @Text({ max: 64, pattern: APP_ID, description: 'Id of the app; left out for all apps.', example: 'link-saver' })
  app_id?: string;
}

@Shape('Metadata of a protected resource (RFC 9728).')
export class ProtectedResource {
  @Text(docs.resource) resource!: string;
  @List('text', { description: 'Issuers whose tokens it accepts.', example: [docs.issuer.example] }) authorization_servers!: string[];
  @List('text', { description: 'Scopes of its tokens.', example: ['mcp:tools'] }) scopes_supported!: string[];
  @List('text', { description: 'How it takes tokens.', example: ['header'] }) bearer_methods_supported!: string[];
}

@Shape('Selects the authorization server.')
export class AuthorizationServerRef {}

const endpoint = (path: string, what: string) => Text({ description: what, example: `https://skep.example.com${path}` });
const supported = (what: string, example: string[]) => List('text', { description: what, example });

@Shape('Metadata of the authorization server (RFC 8414).')
export class AuthorizationServer {
  @Text(docs.issuer) issuer!: string;
  @endpoint('/oauth/authorize', 'Page where a user authorizes a client.') authorization_endpoint!: string;
  @endpoint('/oauth/token', 'Address for tokens.') token_endpoint!: string;
  @endpoint('/oauth/revoke', 'Address for revocations (RFC 7009).') revocation_endpoint!: string;
  @endpoint('/oauth/introspect', 'Address for introspection (RFC 7662).') introspection_endpoint!: string;
  @Optional() @endpoint('/oauth/register', 'Address for registrations (RFC 7591), if they are on.') registration_endpoint?: string;
  @endpoint('/v1/auth/.well-known/jwks.json', 'Keys that sign access tokens.') jwks_uri!: string;
  @supported('Scopes.', ['mcp:tools']) scopes_supported!: string[];
  @supported('Response types.', ['code']) response_types_supported!: string[];
  @supported('How an authorization is returned.', ['query']) response_modes_supported!: string[];
  @supported('Grant types.', [...OAUTH_GRANTS]) grant_types_supported!: string[];
  @supported('Methods of PKCE (RFC 7636).', ['S256']) code_challenge_methods_supported!: string[];
  @supported('How clients authenticate: not at all, they are public.', ['none']) token_endpoint_auth_methods_supported!: string[];
  @supported('The same at the address for revocations.', ['none']) revocation_endpoint_auth_methods_supported!: string[];
  @Bool({ description: 'True: the id of a client may be the address of its metadata document.', example: true })
  client_id_metadata_document_supported!: boolean;
  @Bool({ description: 'True: every authorization response has `iss` (RFC 9207).', example: true })
  authorization_response_iss_parameter_supported!: boolean;
}

/** Everything is optional here: a fault is answered as OAuth requires. */
@Shape('An authorization request (RFC 6749 §4.1.1, RFC 7636, RFC 8707).')
export class Authorize {
  @Optional() @Text({ max: 2000, ...docs.client_id }) client_id?: string;
  @Optional() @Text({ max: 2000, ...docs.redirect_uri }) redirect_uri?: string;
  @Optional() @Text({ max: 100, description: 'Always `code`.', example: 'code' }) response_type?: string;
  @Optional() @Text({ max: 1000, ...docs.scope }) scope?: string;
  @Optional() @Text({ max: 2000, description: 'Returned to the client unchanged.', example: 'af0ifjsldkj' }) state?: string;
  @Optional()
  @Text({ max: 200, description: 'SHA-256 of the code verifier, base64url.', example: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' })
  code_challenge?: string;
  @Optional() @Text({ max: 20, description: 'Always `S256`.', example: 'S256' }) code_challenge_method?: string;
  @Optional() @Text({ max: 2000, ...docs.resource, description: `${docs.resource.description} Left out: all apps.` }) resource?: string;
  @Optional() @Text({ max: 100, description: '`consent` asks for consent again.', example: 'consent' }) prompt?: string;
  @Text({ max: 64, ...docs.browser }) browser!: string;
}

@Shape('The form of the sign-in page, or of the page that asks for the second factor.')
export class SignInToAuthorize {
  @Text({ min: 1, max: 64, ...docs.request }) request!: string;
  @Text({ max: 64, ...docs.browser }) browser!: string;
  @Text({
    max: 20,
    description: '`continue`, `organisation` to sign in at the identity provider of the address, or `cancel`.',
    example: 'continue',
  })
  decision: string = 'continue';
  @Text({ max: 254, description: 'E-mail address of the account.', example: 'ada@example.com' }) email: string = '';
  @Text({ max: 128, description: 'Password of the account.', example: 'correct horse battery' }) password: string = '';
  @Text({ max: 64, description: 'Tenant of the account.', example: 'default' }) tenant_id: string = 'default';
  @Text({ max: 64, description: 'Challenge of the second factor, from the form.', example: '' }) challenge: string = '';
  @Text({ max: 16_000, description: 'Options for a passkey as JSON, from the form.', example: '' }) options: string = '';
  @Text({ max: 64, description: 'A TOTP code or a recovery code.', example: '123456' }) code: string = '';
  @Text({ max: 16_000, description: 'Response of a passkey as JSON.', example: '' }) passkey: string = '';
}

@Shape('What the browser brings back from an identity provider.')
export class ReturnToAuthorize {
  @Text({ min: 1, max: 64, ...docs.request }) request!: string;
  @Text({ max: 64, ...docs.browser }) browser!: string;
  @Optional() @Text({ max: 64, description: 'Code of the sign-in. Left out if it failed.', example: '' }) code?: string;
  @Text({ max: 1000, description: 'Why it failed.', example: '' }) error_description: string = '';
}

@Shape('The form of the consent page.')
export class DecideAuthorization {
  @Text({ min: 1, max: 64, ...docs.request }) request!: string;
  @Text({ max: 64, ...docs.browser }) browser!: string;
  @OneOf(['allow', 'deny'], { description: 'What the user decided.' }) decision!: string;
}

@Shape('A tool that a client may call.')
export class ConsentTool {
  @Text({ description: 'Name of the app.', example: 'Link Saver' }) app!: string;
  @Text({ description: 'Name of the function.', example: 'save_link' }) name!: string;
  @Text({ description: 'What it does.', example: 'Saves a link for later.' }) description!: string;
  @Nullable() @Int({ description: 'Price of a call in credits. Null if it has none of its own.', example: 2 }) price!: number | null;
}

@Shape('What the browser shows next: a page of an authorization, or a link back to the client.')
export class AuthorizationView {
  @OneOf(['sign_in', 'organisation', 'second_factor', 'consent', 'leave'], {
    description: 'Which page. `organisation`: the browser continues at an identity provider. `leave`: it returns to the client.',
  })
  step!: 'sign_in' | 'organisation' | 'second_factor' | 'consent' | 'leave';
  @Text({ description: 'Where the browser continues; empty if it stays.', example: '' }) location: string = '';
  @Text(docs.client_name) client_name: string = '';
  @Text({ description: 'Host or scheme to which the response goes.', example: 'client.example' }) redirect_host: string = '';
  @Text(docs.request) request: string = '';
  @Text({ description: 'What was wrong with the last form; empty if nothing was.', example: '' }) error: string = '';
  @Int({ description: 'HTTP status of the page.', example: 200 }) status: number = 200;
  @Text({ description: 'E-mail address of the user.', example: 'ada@example.com' }) email: string = '';
  @Text({ description: 'Tenant of the user.', example: 'default' }) tenant_id: string = '';
  @Text({ description: 'Challenge of the second factor.', example: '' }) challenge: string = '';
  @Text({ description: 'Options for a passkey as JSON.', example: '' }) options: string = '';
  @Text(docs.resource) resource: string = '';
  @List(() => ConsentTool, { description: 'Tools that the client may call now.' }) tools: ConsentTool[] = [];
}

@Shape('A request for tokens (RFC 6749 §4.1.3 and §6).')
export class IssueTokens {
  @Text({ max: 100, description: '`authorization_code` or `refresh_token`.', example: 'authorization_code' }) grant_type!: string;
  @Text({ max: 2000, ...docs.client_id }) client_id!: string;
  @Optional() @Text({ max: 200, description: 'Authorization code.', example: 'ac_Zk3yJ8sQvT1uXw5a' }) code?: string;
  @Optional() @Text({ max: 2000, ...docs.redirect_uri, description: 'As in the authorization request.' }) redirect_uri?: string;
  @Optional()
  @Text({ max: 200, description: 'Code verifier (RFC 7636).', example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })
  code_verifier?: string;
  @Optional() @Text({ max: 512, ...tokenDocs.refresh_token, description: 'Refresh token.' }) refresh_token?: string;
  @Optional() @Text({ max: 1000, ...docs.scope }) scope?: string;
  @Optional() @Text({ max: 2000, ...docs.resource }) resource?: string;
}

@Shape('The tokens of a client. The access token opens the resource, and nothing else.')
export class OauthTokens {
  @Text({ ...tokenDocs.access_token, description: 'Access token, a signed JWT (RFC 9068).' }) access_token!: string;
  @Text({ ...tokenDocs.refresh_token, description: 'Refresh token. It works once; each exchange returns a new one.' })
  refresh_token!: string;
  @Text({ description: 'Always `Bearer`.', example: 'Bearer' }) token_type!: string;
  @Int(tokenDocs.expires_in) expires_in!: number;
  @Text(docs.scope) scope!: string;
}

@Shape('A token of a client.')
export class OauthToken {
  @Text({ min: 1, max: 16_000, ...docs.token }) token!: string;
  @Optional() @Text({ max: 100, description: 'Accepted and ignored.', example: 'refresh_token' }) token_type_hint?: string;
}

@Shape('The token that a client gives back (RFC 7009).')
export class RevokeOauthToken extends OauthToken {
  @Text({ max: 2000, ...docs.client_id }) client_id!: string;
}

@Shape('No content.')
export class OauthTokenRevoked {}

@Shape('The state of a token (RFC 7662). All fields except `active` are left out for a token that does not work.')
export class Introspection {
  @Bool({ description: 'Whether the token works.', example: true }) active!: boolean;
  @Optional() @Text(docs.client_id) client_id?: string;
  @Optional() @Text({ description: 'Id of the user.', example: 'imp_u_4f9a' }) sub?: string;
  @Optional() @Text(docs.scope) scope?: string;
  @Optional() @Text(docs.resource) aud?: string;
  @Optional() @Text(docs.issuer) iss?: string;
  @Optional() @Int({ description: 'When an access token expires, in seconds since 1970.', example: 1_764_000_000 }) exp?: number;
}

@Shape('A client that registers itself (RFC 7591).')
export class RegisterClient {
  @Optional() @Text({ max: 100, ...docs.client_name }) client_name?: string;
  @List('text', { max: 10, length: 500, description: 'Addresses that responses may go to.', example: [docs.redirect_uri.example] })
  redirect_uris: string[] = [];
}

@Shape('A registered client.')
export class RegisteredClient {
  @Text(docs.client_id) client_id!: string;
  @Int({ description: 'When it was registered, in seconds since 1970.', example: 1_764_000_000 }) client_id_issued_at!: number;
  @Text(docs.client_name) client_name!: string;
  @List('text', { description: 'Addresses that responses may go to.', example: [docs.redirect_uri.example] }) redirect_uris!: string[];
  @Text({ description: 'Always `none`: the client is public.', example: 'none' }) token_endpoint_auth_method!: string;
  @List('text', { description: 'Grant types.', example: [...OAUTH_GRANTS] }) grant_types!: string[];
  @List('text', { description: 'Response types.', example: ['code'] }) response_types!: string[];
}

export const InvalidScope = problem('invalid_scope', 400, 'The client asked for a scope that it may not have.');
export const UnsupportedGrantType = problem('unsupported_grant_type', 400, 'This grant type is not supported.');
export const InvalidRedirectUri = problem('invalid_redirect_uri', 400, 'A redirect address is not allowed.');
export const RegistrationClosed = problem('registration_closed', 404, 'Clients cannot register here. Use a client id metadata document.');

export const oauthMembers = {
  getProtectedResource: operation('Read the metadata of a protected resource', {
    description: 'RFC 9728: which authorization server gives tokens for `/mcp`, or for the address of one app below it.',
    input: ProtectedResourceRef,
    output: ProtectedResource,
  }),
  getAuthorizationServer: operation('Read the metadata of the authorization server', {
    description: 'RFC 8414.',
    input: AuthorizationServerRef,
    output: AuthorizationServer,
  }),
  authorize: operation('Authorize a client', {
    description:
      'A page for the browser of the user. A fault in `client_id` or `redirect_uri` is shown there; any other one is returned to the client.',
    input: Authorize,
    output: AuthorizationView,
    secret: true,
  }),
  signInToAuthorize: operation('Sign in to authorize a client', {
    description: 'The form of the page.',
    input: SignInToAuthorize,
    output: AuthorizationView,
    secret: true,
    spansCalls: true,
  }),
  returnToAuthorize: operation('Continue to authorize a client after a sign-in at an identity provider', {
    description: 'Where identity providers lead the browser back to.',
    input: ReturnToAuthorize,
    output: AuthorizationView,
    secret: true,
    spansCalls: true,
  }),
  decideAuthorization: operation('Allow or deny a client', {
    description: 'The form of the consent page.',
    input: DecideAuthorization,
    output: AuthorizationView,
    secret: true,
  }),
  issueTokens: operation('Exchange an authorization code or a refresh token for tokens', {
    description: 'A code works once; a second use ends what the first one gave. So does the reuse of a refresh token.',
    input: IssueTokens,
    output: OauthTokens,
    problems: [InvalidGrant, InvalidScope, UnsupportedGrantType, TenantSuspended, TooManyRequests],
    secret: true,
  }),
  revokeOauthToken: operation('Revoke a token of a client', {
    description: 'Ends the session of the token. A token that is not valid, or of another client, has no effect.',
    input: RevokeOauthToken,
    output: OauthTokenRevoked,
  }),
  introspectToken: operation('Read the state of a token (services only)', { input: OauthToken, output: Introspection }),
  registerClient: operation('Register a client', {
    description: 'For clients without a metadata document. Only with `SKEP_OAUTH_DCR=on`.',
    input: RegisterClient,
    output: RegisteredClient,
    problems: [InvalidRedirectUri, RegistrationClosed],
  }),
};
