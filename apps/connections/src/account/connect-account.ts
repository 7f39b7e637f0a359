import { Problem } from '@skep/contracts';
import {
  ConnectionDenied,
  ConnectionFailed,
  type FinishedConnection,
  type OAuthCallback,
  ReturnNotAllowed,
  type StartConnection,
  StateInvalid,
} from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { ConnectionsConfig } from '../connections.config.js';
import { ProviderClient, ProviderError } from '../provider/provider-client.js';
import { assertUser } from '../secret/caller.js';
import { AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import type { OAuthStateEntity } from './oauth-state.entity.js';

const LIFETIME_MS = 600_000;

/** Connects an account: sends the browser to the provider, and takes what it brings back. */
@Injectable()
export class ConnectAccount {
  private readonly returnTo: ReadonlySet<string>;

  constructor(
    config: ConnectionsConfig,
    private readonly clients: Clients,
    private readonly provider: ProviderClient,
    private readonly accounts: AccountRepository,
  ) {
    this.returnTo = new Set(config.RETURN_TO_ALLOW);
  }

  async start(ctx: Ctx, { app_id, provider: name, return_to }: StartConnection) {
    assertUser(ctx);
    if (return_to !== undefined && !this.isAllowed(return_to)) throw ReturnNotAllowed();
    const { provider, client_id, redirect_uri, scopes } = await this.clients.find(ctx, app_id, name);
    const [state, code_verifier] = [generateRandomState(), generateRandomCodeVerifier()];
    const expires_at = new Date(Date.now() + LIFETIME_MS);
    const owner = { tenant_id: ctx.tenant, user_id: ctx.user, app_id, provider: name };
    await this.accounts.addState(state, { ...owner, scopes, redirect_uri, return_to: return_to ?? null, code_verifier, expires_at });
    const url = new URL(provider.authorize_url);
    const params = { response_type: 'code', client_id, redirect_uri, scope: scopes.join(' '), state, ...provider.params };
    const challenge = { code_challenge: await calculatePKCECodeChallenge(code_verifier), code_challenge_method: 'S256' };
    for (const [key, value] of Object.entries({ ...params, ...challenge })) url.searchParams.set(key, value);
    return { authorize_url: url.href, expires_at };
  }

  /** The state is used up before the code is: after a failure or a crash the user starts again. */
  async finish(ctx: Ctx, callback: OAuthCallback): Promise<FinishedConnection> {
    const { provider, app_id = null, state } = callback;
    const signedIn = ctx.user ? { tenant: ctx.tenant, user: ctx.user } : { tenant: null, user: null };
    const started = await this.accounts.takeState(state, { provider, app_id, ...signedIn });
    if (!started) throw StateInvalid();
    try {
      await this.connect({ ...ctx, tenant: started.tenant_id, user: started.user_id }, started, callback);
    } catch (error) {
      if (started.return_to === null || !(error instanceof Problem)) throw error;
      const status = error.body.code === ConnectionDenied.code ? 'denied' : 'error';
      return answer(started, status, 'The account is not connected', error.body.title);
    }
    return answer(started, 'connected', 'The account is connected', 'You can close this page and go back to the app.');
  }

  private async connect(ctx: Ctx, started: OAuthStateEntity, { state, code, error, iss }: OAuthCallback): Promise<void> {
    if (error !== undefined || code === undefined) throw ConnectionDenied();
    const { tenant_id, user_id, app_id, provider } = started;
    const client = await this.clients.find(ctx, app_id, provider);
    try {
      const granted = await this.provider.exchange(client, { state, code, iss }, started.redirect_uri, started.code_verifier);
      const { subject, email } = await this.provider.describeAccount(client, granted.tokens);
      const { expires_at, scopes = started.scopes } = granted;
      const tokens = JSON.stringify(granted.tokens);
      await this.accounts.save({ tenant_id, user_id, app_id, provider, subject, email, scopes, tokens, expires_at });
    } catch (cause) {
      throw cause instanceof ProviderError ? ConnectionFailed() : cause;
    }
  }

  /** An origin such as `https://app.example.com`, or a scheme of an app such as `myapp:`. */
  private isAllowed(text: string): boolean {
    const url = URL.parse(text);
    return url !== null && (this.returnTo.has(url.origin) || (!/^https?:$/.test(url.protocol) && this.returnTo.has(url.protocol)));
  }
}

function answer({ return_to, provider }: OAuthStateEntity, status: string, title: string, message: string): FinishedConnection {
  if (return_to === null) return { title, message };
  const location = new URL(return_to);
  location.searchParams.set('provider', provider);
  location.searchParams.set('status', status);
  return { location: location.href, title, message };
}
