import { UserRef } from '../auth/account.js';
import { Empty, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, List, OneOf, Optional, Shape, Text } from '../fields.js';
import { InvalidInput, NotConfigured, problem, Unavailable } from '../problem.js';
import { AccountExpired, AccountTaken, ConnectionFailed, PROVIDER_NAME, StateInvalid } from './account.js';

const HEALTH_STATUSES = ['connected', 'expired', 'error', 'disconnected', 'not_configured'] as const;
const HEALTH_KINDS = ['oauth', 'terra', 'sdk'] as const;
type HealthStatus = (typeof HEALTH_STATUSES)[number];
type HealthKind = (typeof HEALTH_KINDS)[number];

const docs = {
  provider: { description: 'Id of the health provider; of one that Terra connects, `terra-` and its name there.', example: 'strava' },
  state: { description: '`state` of the address that the connection started with.', example: 'mVJg0Ck' },
  code: { description: 'The code of the provider.', example: '4/0AX4' },
  scopes: { description: 'What the person has allowed.', example: ['read', 'activity:read_all'] },
  connection_id: { description: 'Id of the connection. It stays the same when the same account is connected again.', example: 'hc_9f2c' },
  vendor_user_id: { description: 'Id of the person at the provider.', example: '1048576' },
} satisfies Record<string, FieldDocs>;

const Provider = () => Text({ pattern: PROVIDER_NAME, max: 64, ...docs.provider });

@Shape('Identifies a health provider.')
export class HealthProviderRef {
  @Provider() provider!: string;
}

@Shape('A health provider, and how you are connected to it.')
export class HealthProvider {
  @Text({ ...docs.provider }) id!: string;
  @Text({ description: 'Its name.', example: 'Strava' }) name!: string;
  @OneOf(HEALTH_KINDS, {
    description: '`oauth`: connected here. `terra`: connected in the widget of Terra. `sdk`: connected by the SDK of Terra on a phone.',
    example: 'oauth',
  })
  kind!: HealthKind;
  @OneOf(HEALTH_STATUSES, {
    description:
      '`expired`: the provider no longer accepts the connection; connect again. `error`: data does not arrive at the moment. `not_configured`: this installation lacks the settings.',
    example: 'connected',
  })
  status!: HealthStatus;
  @Optional() @Instant({ description: 'When you connected it.', example: '2026-06-21T09:30:00Z' }) connected_at?: Date;
  @Optional() @Instant({ description: 'When data last arrived.', example: '2026-06-21T10:00:00Z' }) last_sync_at?: Date;
  @Optional() @List('text', docs.scopes) scopes?: string[];
  @Optional() @Text({ description: 'What is wrong with the connection.', example: 'connection_error' }) error?: string;
}

@Shape('Health providers.')
export class HealthProviderList {
  @List(() => HealthProvider, { description: 'Those that can be connected here, and those that Terra has connected.' })
  providers!: HealthProvider[];
}

@Shape('A connection to start.')
export class ConnectHealth extends HealthProviderRef {
  @Text({
    min: 1,
    max: 2000,
    description: 'Where the browser goes afterwards: an address that RETURN_TO_ALLOW allows.',
    example: 'myapp://connected',
  })
  return_to!: string;
  @Optional()
  @List('text', {
    max: 30,
    length: 100,
    description: 'What to ask for; by default all that the coach reads.',
    example: ['activity:read_all'],
  })
  scopes?: string[];
  @Bool({ description: 'Connects again although the provider is connected.' }) force: boolean = false;
}

@Shape('Where to send the browser of the person.')
export class StartedHealthConnection {
  @Text({
    description: 'Address at the provider, on which the person agrees.',
    example: 'https://www.strava.com/oauth/authorize?client_id=4711',
  })
  authorization_url!: string;
  @Text({ description: 'Comes back with the answer of the provider. It works once.', example: 'mVJg0Ck' }) state!: string;
  @Instant({ description: 'Until when the person can finish.', example: '2026-06-21T09:40:00Z' }) expires_at!: Date;
}

@Shape('What a health provider tells with the browser of the person.')
export class HealthCallback extends HealthProviderRef {
  @Text({ max: 200, ...docs.state }) state: string = '';
  @Optional() @Text({ max: 4000, ...docs.code }) code?: string;
  @Optional()
  @Text({ max: 1000, description: 'What the person has allowed, if the provider says so here.', example: 'read,activity:read' })
  scope?: string;
  @Optional() @Text({ max: 500, description: 'Why there is no code.', example: 'access_denied' }) error?: string;
}

@Shape('Where the browser continues after a connection.')
export class FinishedHealthConnection {
  @Text({ description: 'Where to send the browser.', example: 'myapp://connected?provider=strava&status=connected' }) location!: string;
  @Text({ description: 'Heading for the person.', example: 'The provider is connected' }) title!: string;
  @Text({ description: 'One sentence for the person.', example: 'You can go back to the app.' }) message!: string;
}

@Shape('The answer of a health provider, which a native app has caught itself.')
export class NativeHealthCallback extends HealthProviderRef {
  @Text({ min: 1, max: 200, ...docs.state }) state!: string;
  @Text({ min: 1, max: 4000, ...docs.code }) code!: string;
  @Optional()
  @Text({ max: 1000, description: '`scope` of the address that the provider called.', example: 'read,activity:read' })
  scope?: string;
}

@Shape('An access token for the API of a health provider.')
export class HealthToken {
  @Text({ description: 'The token.', example: 'a9f0c2' }) access_token!: string;
  @Text(docs.vendor_user_id) vendor_user_id!: string;
  @List('text', docs.scopes) scopes!: string[];
  @Text(docs.connection_id) connection_id!: string;
}

@Shape('A token that a health provider has refused.')
export class RenewHealthToken extends HealthProviderRef {
  @Text({ min: 1, max: 4000, description: 'The token.', example: 'a9f0c2' }) stale_token!: string;
}

@Shape('What became of a synchronisation.')
export class HealthSynced extends HealthProviderRef {
  @Optional() @Text({ max: 500, description: 'What went wrong. Left out: data has arrived.', example: 'rate limited' }) error?: string;
}

class OfConnection {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(docs.provider) provider!: string;
  @Text(docs.connection_id) connection_id!: string;
}

@Shape('A person has connected a health provider, again or for the first time.')
export class HealthConnected extends OfConnection {}

@Shape('A person is no longer connected to a health provider.')
export class HealthDisconnected extends OfConnection {}

export const HealthProviderNotFound = problem('health_provider_not_found', 404, 'Health provider not found.');
export const HealthNotConnected = problem('health_not_connected', 409, 'Connect this health provider first.');
export const HealthAlreadyConnected = problem('health_already_connected', 409, 'This health provider is connected already.');

const scope = 'coach:use';
const ofProvider = [HealthProviderNotFound];
const endings = [...ofProvider, StateInvalid, ConnectionFailed, AccountTaken, NotConfigured];
const ofToken = [...ofProvider, HealthNotConnected, AccountExpired, ConnectionFailed, NotConfigured];

export const healthMembers = {
  listHealthProviders: operation('List health providers', { input: Empty, output: HealthProviderList, scope }),
  getHealthProvider: operation('Read a health provider', { input: HealthProviderRef, output: HealthProvider, problems: ofProvider, scope }),
  connectHealth: operation('Connect a health provider', {
    description: 'Returns the address at the provider. It works once, within ten minutes.',
    input: ConnectHealth,
    output: StartedHealthConnection,
    problems: [...ofProvider, HealthAlreadyConnected, InvalidInput, NotConfigured],
    scope,
  }),
  finishHealthConnection: operation('Come back from a health provider', {
    description:
      'The provider sends the browser here, without a credential: `state` says whose it is. The browser continues at `return_to`, with `provider`, `status` (`connected`, `denied` or `error`) and `code`, the problem, if there is one.',
    input: HealthCallback,
    output: FinishedHealthConnection,
    problems: [...ofProvider, StateInvalid],
    spansCalls: true,
  }),
  finishHealthConnectionInApp: operation('Finish a connection in a native app', {
    description: 'For apps that catch the redirect themselves. Only the person who started the connection can finish it.',
    input: NativeHealthCallback,
    output: HealthProvider,
    problems: endings,
    spansCalls: true,
    scope,
  }),
  disconnectHealth: operation('Disconnect a health provider', {
    description:
      'Idempotent. The coach can no longer use it. The tokens are revoked at the provider soon; if that does not answer, this is tried again for a day.',
    input: HealthProviderRef,
    output: Empty,
    problems: ofProvider,
    scope,
  }),
  healthToken: operation('Get an access token of a health provider (services only)', {
    description: 'For the acting user. Refreshes the token when it is about to expire.',
    input: HealthProviderRef,
    output: HealthToken,
    problems: ofToken,
    secret: true,
    spansCalls: true,
  }),
  renewHealthToken: operation('Replace a token that a health provider has refused (services only)', {
    description: 'Refreshes only if the token is still the current one; else returns the current one.',
    input: RenewHealthToken,
    output: HealthToken,
    problems: ofToken,
    secret: true,
    spansCalls: true,
  }),
  noteHealthSync: operation('Note how a synchronisation went (services only)', {
    description: 'For the acting user; `last_sync_at` and `error` show it. Without a connection nothing happens.',
    input: HealthSynced,
    output: Empty,
  }),
  revokeHealthAccounts: operation('Disconnect all health providers of a user (services only)', {
    description:
      'Idempotent. Returns once each provider, Terra included, has revoked or refused the tokens, also of earlier disconnections. Until then `unavailable`: call again.',
    input: UserRef,
    output: Empty,
    problems: [Unavailable],
    spansCalls: true,
  }),
  healthConnected: event(HealthConnected),
  healthDisconnected: event(HealthDisconnected),
};
