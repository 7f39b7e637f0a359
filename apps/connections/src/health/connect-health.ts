import { InvalidInput, Problem } from '@skep/contracts';
import {
  type ConnectHealth as Input,
  ConnectionDenied,
  ConnectionFailed,
  type FinishedHealthConnection,
  HealthAlreadyConnected,
  type HealthCallback,
  type NativeHealthCallback,
  StateInvalid,
} from '@skep/contracts/connections';
import { type Ctx, mayReturnTo } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';
import { ProviderClient, ProviderError, scopesIn } from '../provider/provider-client.js';
import { HealthConnectionRepository } from './health-connection.repository.js';
import type { HealthStateEntity } from './health-state.entity.js';
import { HealthStateRepository } from './health-state.repository.js';
import { VendorClients } from './vendor-clients.js';

type Answer = Pick<HealthCallback, 'state' | 'scope'> & { code: string };

/** Connects a person to a health provider: sends the browser there, and takes what it brings back. */
@Injectable()
export class ConnectHealth {
  private readonly returnTo: ReadonlySet<string>;

  constructor(
    config: ConnectionsConfig,
    private readonly vendors: VendorClients,
    private readonly provider: ProviderClient,
    private readonly states: HealthStateRepository,
    private readonly connections: HealthConnectionRepository,
  ) {
    this.returnTo = new Set(config.RETURN_TO_ALLOW);
  }

  async start({ tenant: tenant_id, user: user_id }: Ctx, { provider, return_to, scopes: wanted, force }: Input) {
    this.vendors.idOf(provider);
    const address = URL.parse(return_to);
    if (!address || !mayReturnTo(address, this.returnTo))
      throw InvalidInput([
        { loc: ['return_to'], msg: 'return_to must begin with an origin or a scheme of RETURN_TO_ALLOW', type: 'return_to' },
      ]);
    const unreadable = wanted?.findIndex((scope) => !/^[\w:./-]+$/.test(scope)) ?? -1;
    if (unreadable >= 0) throw InvalidInput([{ loc: ['scopes', unreadable], msg: 'a scope has no spaces or commas', type: 'pattern' }]);
    const { state, authorization_url, expires_at, ...asked } = await this.vendors.ask(
      provider,
      `/health-providers/${provider}/callback`,
      wanted,
    );
    const before = force ? undefined : await this.connections.find({ tenant_id, user_id }, provider);
    if (before && before.status !== 'expired') throw HealthAlreadyConnected();
    await this.states.add(state, { tenant_id, user_id, provider, return_to: address.href, expires_at, ...asked });
    return { authorization_url, state, expires_at };
  }

  /** For a browser, which has no credential but `state`. @throws Problem `state_invalid`: then it is not known where it may go */
  async finish(ctx: Ctx, { provider, state, code, scope, error }: HealthCallback): Promise<FinishedHealthConnection> {
    this.vendors.idOf(provider);
    const started = await this.states.take(state, provider);
    if (!started) throw StateInvalid();
    try {
      if (error !== undefined || code === undefined) throw ConnectionDenied();
      await this.connect(ctx, started, { state, code, ...(scope !== undefined && { scope }) });
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      const { code: problem, title } = cause.body;
      const status = problem === ConnectionDenied.code ? 'denied' : 'error';
      return answer(started, { status, code: problem }, 'The provider is not connected', title);
    }
    return answer(started, { status: 'connected' }, 'The provider is connected', 'You can close this page and go back to the app.');
  }

  /** For a native app, as the person who started the connection. @throws Problem `state_invalid` for anyone else, and why it is not connected */
  async finishInApp(ctx: Ctx, { provider, ...callback }: NativeHealthCallback): Promise<void> {
    this.vendors.idOf(provider);
    const started = await this.states.take(callback.state, provider, ctx);
    if (!started) throw StateInvalid();
    await this.connect(ctx, started, callback);
  }

  /** The state is used up before the code is: after a failure or a crash the person starts again. */
  private async connect(ctx: Ctx, started: HealthStateEntity, { scope, ...agreed }: Answer): Promise<void> {
    const { tenant_id, user_id, provider } = started;
    try {
      const client = this.vendors.clientOf(provider);
      const granted = await this.provider.exchange(client, agreed, started.redirect_uri, started.code_verifier);
      const { subject } = await this.provider.describeAccount(client, granted);
      const permissions = await this.provider.listPermissions(client, granted);
      await this.connections.save(
        { ...ctx, tenant: tenant_id, user: user_id },
        {
          ...{ tenant_id, user_id, provider, client_id: client.client_id, vendor_user_id: subject },
          scopes: permissions ?? granted.scopes ?? (scope === undefined ? started.scopes : scopesIn(scope)),
          tokens: JSON.stringify(granted.tokens),
          expires_at: granted.expires_at,
        },
      );
    } catch (cause) {
      throw cause instanceof ProviderError ? ConnectionFailed() : cause;
    }
  }
}

function answer(
  { return_to, provider }: HealthStateEntity,
  outcome: { status: string; code?: string },
  title: string,
  message: string,
): FinishedHealthConnection {
  const location = new URL(return_to);
  for (const [key, value] of Object.entries({ provider, ...outcome })) location.searchParams.set(key, value);
  return { location: location.href, title, message };
}
