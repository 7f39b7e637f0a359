import { UserRef } from '../auth/account.js';
import { AppRef, IDS } from '../common.js';
import { list, operation } from '../define.js';
import { type FieldDocs, Instant, Int, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem } from '../problem.js';
import { AppNotInstalled, AppSuspended } from '../registry/extension.js';

export const PROVIDER_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const Provider = () => Text({ pattern: PROVIDER_NAME, max: 64, ...docs.provider });

const docs = {
  provider: { description: 'Name of the OAuth provider.', example: 'google' },
  account_id: { description: 'Id of the connected account.', example: 'oa_p3Q9' },
  state: { description: '`state` of the address that the connection started with.', example: 'mVJg0Ck' },
  scopes: { description: 'What the provider allows with the account.', example: ['email'] },
  token_expires_at: { description: 'When the access token expires. Null if the provider does not say.', example: '2026-06-21T10:30:00Z' },
} satisfies Record<string, FieldDocs>;

@Shape('An OAuth provider that an app declares.')
export class AppProvider extends AppRef {
  @Provider() provider!: string;
}

@Shape('A connection to start.')
export class StartConnection extends AppProvider {
  @Optional()
  @Text({
    max: 2000,
    description: 'Where the browser goes afterwards: an address that RETURN_TO_ALLOW allows. Left out: a page says how it went.',
    example: 'https://app.example.com/accounts',
  })
  return_to?: string;
}

@Shape('Where to send the browser of the user.')
export class StartedConnection {
  @Text({
    description: 'Address at the provider, on which the user agrees.',
    example: 'https://accounts.google.com/o/oauth2/v2/auth?client_id=4711',
  })
  authorize_url!: string;
  @Instant({ description: 'Until when the user can finish.', example: '2026-06-21T09:40:00Z' }) expires_at!: Date;
}

@Shape('What an OAuth provider tells with the browser of the user.')
export class OAuthCallback {
  @Optional() @Text({ min: 2, max: 64, ...IDS.app }) app_id?: string;
  @Provider() provider!: string;
  @Text({ max: 200, ...docs.state }) state: string = '';
  @Optional() @Text({ max: 4000, description: 'The code of the provider.', example: '4/0AX4' }) code?: string;
  @Optional() @Text({ max: 500, description: 'Why there is no code.', example: 'access_denied' }) error?: string;
  @Optional() @Text({ max: 500, description: 'The issuer of the code (RFC 9207).', example: 'https://accounts.google.com' }) iss?: string;
}

@Shape('What a page asks the person in the browser, before it connects the account.')
export class ConnectionQuestion {
  @Text(IDS.app) app_id!: string;
  @Text(docs.provider) provider!: string;
  @Text({ ...IDS.tenant, description: 'Id of the tenant of the user who started the connection.' }) tenant_id!: string;
  @Text(docs.state) state!: string;
  @Text({ description: 'The answer of the provider, sealed. Only this page knows it.', example: 'q8Yk' }) token!: string;
}

@Shape('The answer to a `ConnectionQuestion`.')
export class ConfirmConnection extends AppProvider {
  @Text({ max: 200, ...docs.state }) state!: string;
  @Text({ max: 7000, description: '`token` of the question.', example: 'q8Yk' }) token!: string;
  @OneOf(['connect', 'cancel'], { description: 'What the person chose.', example: 'connect' }) decision!: 'connect' | 'cancel';
  @Text({ max: 254, description: 'E-mail address of the user who started the connection.', example: 'ada@example.com' })
  email: string = '';
}

@Shape('How a connection ended, or what to ask before it does.')
export class FinishedConnection {
  @Optional()
  @Text({ description: 'Where to send the browser. Left out: show the text.', example: 'https://app.example.com/accounts' })
  location?: string;
  @Optional()
  @Nested(() => ConnectionQuestion, { description: 'What to ask. Left out: the connection has ended.' })
  question?: ConnectionQuestion;
  @Text({ description: 'Heading for the user.', example: 'The account is connected' }) title!: string;
  @Text({ description: 'One sentence for the user.', example: 'You can close this page.' }) message!: string;
}

@Shape('A user’s account at an OAuth provider, which one app may use.')
export class ConnectedAccount {
  @Text(docs.account_id) account_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text(docs.provider) provider!: string;
  @Text({ description: 'Name of the account at the provider, such as its e-mail address.', example: 'ada@example.com' }) email!: string;
  @List('text', docs.scopes) scopes!: string[];
  @OneOf(['connected', 'expired'], { description: '`expired`: the user has to connect the account again.', example: 'connected' }) status!:
    'connected' | 'expired';
  @Instant({ description: 'When the account was connected.', example: '2026-06-21T09:30:00Z' }) connected_at!: Date;
}

@Shape('Identifies a connected account.')
export class AccountRef extends AppProvider {
  @Text({ max: 64, ...docs.account_id }) account_id!: string;
}

@Shape('Selects the connected accounts of a user.')
export class ListAccountsOf extends UserRef {
  @Text({ max: 64, description: 'Name of the provider; `gmail` is Google, and `mail` all providers of mail.', example: 'mail' })
  provider!: string;
  @Optional() @Text({ min: 2, max: 64, ...IDS.app }) app_id?: string;
}

@Shape('Connected accounts of a user.')
export class AccountList {
  @List(() => ConnectedAccount, { description: 'The accounts, oldest first.' }) accounts!: ConnectedAccount[];
}

@Shape('A disconnected account.')
export class DisconnectedAccount {
  @Text(docs.account_id) account_id!: string;
  @OneOf(['disconnected'], { description: 'Always `disconnected`.', example: 'disconnected' }) status!: 'disconnected';
}

@Shape('An access token for the API of a provider.')
export class ProviderToken {
  @Text({ description: 'The token.', example: 'ya29.a0Af' }) access_token!: string;
  @OneOf(['Bearer'], { description: 'Always `Bearer`.', example: 'Bearer' }) token_type!: 'Bearer';
  @Nullable() @Instant(docs.token_expires_at) expires_at!: Date | null;
  @Nullable() @Int({ description: 'Seconds until it expires. Null if the provider does not say.', example: 3600 }) expires_in!:
    number | null;
  @List('text', docs.scopes) scopes!: string[];
}

export const ProviderNotDeclared = problem('provider_not_declared', 404, 'The app does not declare this OAuth provider.');
export const ReturnNotAllowed = problem('return_not_allowed', 422, 'This installation does not allow this `return_to`.');
export const StateInvalid = problem('state_invalid', 400, 'This connection has expired, was finished, or is not yours. Start again.');
export const ConnectionDenied = problem('connection_denied', 400, 'The connection was not allowed, by you or by the provider.');
export const ConnectionFailed = problem('connection_failed', 502, 'The provider did not give a usable answer. Start again.');
export const AccountTaken = problem('account_taken', 409, 'Another user has connected this account.');
export const AccountNotFound = problem('account_not_found', 404, 'Connected account not found.');
export const AccountExpired = problem('account_expired', 409, 'The provider no longer accepts this connection. Connect the account again.');

const ofApp = [AppNotInstalled, AppSuspended];
/** What an app needs to have for its accounts: it may have changed since they were connected. */
const ofClient = [...ofApp, ProviderNotDeclared, NotConfigured];
const endings = [...ofClient, StateInvalid, ConnectionDenied, ConnectionFailed, AccountTaken];

export const accountMembers = {
  startConnection: operation('Start to connect an account', {
    description: 'Returns the address at the provider. Each address works once, within ten minutes.',
    input: StartConnection,
    output: StartedConnection,
    problems: [...ofClient, ReturnNotAllowed],
    spansCalls: true,
  }),
  finishConnection: operation('Finish to connect an account', {
    description:
      'The provider sends the browser of the user here. A signed-in user can finish only their own connections. Without a credential a page asks for the e-mail address of the user who started the connection.',
    input: OAuthCallback,
    output: FinishedConnection,
    problems: endings,
    spansCalls: true,
  }),
  confirmConnection: operation('Confirm to connect an account', {
    description: 'The form of that page. A wrong e-mail address ends the connection.',
    input: ConfirmConnection,
    output: FinishedConnection,
    problems: endings,
    spansCalls: true,
  }),
  listAccounts: operation('List your accounts that an app may use', {
    description: 'At most 1,000, oldest first, without tokens.',
    input: AppProvider,
    output: list(ConnectedAccount),
  }),
  listAccountsOf: operation('List the connected accounts of a user (services only)', {
    description: 'Of all apps, or of one; at most 1,000, without tokens.',
    input: ListAccountsOf,
    output: AccountList,
  }),
  disconnectAccount: operation('Disconnect an account', {
    description:
      'The app can no longer use it. Its tokens are revoked at the provider soon; if that does not answer, this is tried again for a day.',
    input: AccountRef,
    output: DisconnectedAccount,
    problems: [AccountNotFound],
  }),
  getProviderToken: operation('Get an access token of a connected account (apps and services only)', {
    description: 'Refreshes the token when it is about to expire.',
    input: AccountRef,
    output: ProviderToken,
    problems: [...ofClient, AccountNotFound, AccountExpired, ConnectionFailed],
    secret: true,
    spansCalls: true,
  }),
};
