import { Problem } from '@skep/contracts';
import {
  type ConfirmConnection,
  ConnectionDenied,
  ConnectionFailed,
  type FinishedConnection,
  type OAuthCallback,
  ReturnNotAllowed,
  type StartConnection,
  StateInvalid,
} from '@skep/contracts/connections';
import { type Ctx, Database, mayReturnTo } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { ConnectionsConfig } from '../connections.config.js';
import { type ProviderAnswer, ProviderClient, ProviderError } from '../provider/provider-client.js';
import { assertUser } from '../secret/caller.js';
import { AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import type { OAuthStateEntity } from './oauth-state.entity.js';

const LIFETIME_MS = 600_000;

/** Connects an account: sends the browser to the provider, and takes what it brings back. */
@Injectable()
export class ConnectAccount {
  private readonly returnTo: ReadonlySet<string>;
  private readonly asks: boolean;

  constructor(
    config: ConnectionsConfig,
    private readonly db: Database,
    private readonly clients: Clients,
    private readonly provider: ProviderClient,
    private readonly accounts: AccountRepository,
  ) {
    this.returnTo = new Set(config.RETURN_TO_ALLOW);
    this.asks = config.SKEP_OAUTH_CONFIRM === 'on';
  }

  async start(ctx: Ctx, { app_id, provider: name, return_to }: StartConnection) {
    assertUser(ctx);
    if (return_to !== undefined && !isAllowed(return_to, this.returnTo)) throw ReturnNotAllowed();
    const { provider, client_id, redirect_uri, scopes } = await this.clients.find(ctx, app_id, name);
    const [state, code_verifier] = [generateRandomState(), generateRandomCodeVerifier()];
    const expires_at = new Date(Date.now() + LIFETIME_MS);
    const owner = { tenant_id: ctx.tenant, user_id: ctx.user, email: ctx.email, app_id, provider: name };
    await this.accounts.addState(state, { ...owner, scopes, redirect_uri, return_to: return_to ?? null, code_verifier, expires_at });
    const url = new URL(provider.authorize_url);
    const params = { response_type: 'code', client_id, redirect_uri, scope: scopes.join(' '), state, ...provider.params };
    const challenge = { code_challenge: await calculatePKCECodeChallenge(code_verifier), code_challenge_method: 'S256' };
    for (const [key, value] of Object.entries({ ...params, ...challenge })) url.searchParams.set(key, value);
    return { authorize_url: url.href, expires_at };
  }

  /**
   * A browser without a credential may be that of someone who followed the link of another user: it is asked who started the connection. The page
   * carries the code, sealed, so that no request but that of its form brings one.
   */
  async finish(ctx: Ctx, callback: OAuthCallback): Promise<FinishedConnection> {
    const { provider, app_id = null, state, code, iss, error } = callback;
    const bound = { provider, app_id, tenant: ctx.user ? ctx.tenant : null, user: ctx.user || null };
    const agreed = error === undefined && code !== undefined && { state, code, iss };
    if (!agreed || ctx.user || !this.asks) return this.end(ctx, await this.take(state, bound), agreed);
    const started = await this.accounts.findState(state, bound);
    if (!started) throw StateInvalid();
    const token = (await this.db.sealing.seal(pageOf(started), JSON.stringify(agreed))).toString('base64url');
    const question = { app_id: started.app_id, provider, tenant_id: started.tenant_id, state, token };
    const message = `The app ${started.app_id} may then use your account at ${provider}, for the user who started this.`;
    return { title: 'Connect this account?', message, question };
  }

  /** The state is used up by any answer, so that addresses cannot be guessed. */
  async confirm(ctx: Ctx, { app_id, provider, state, token, decision, email }: ConfirmConnection): Promise<FinishedConnection> {
    const started = await this.take(state, { provider, app_id, tenant: null, user: null });
    if (decision === 'cancel') return this.end(ctx, started, false);
    const agreed = await this.db.sealing.open(pageOf(started), Buffer.from(token, 'base64url')).catch(() => undefined);
    if (agreed === undefined) throw StateInvalid();
    const given = normalize(email);
    if (!given || given !== normalize(started.email))
      throw StateInvalid('A user with another e-mail address started this connection. Start again, in your own account.');
    return this.end(ctx, started, JSON.parse(agreed) as ProviderAnswer);
  }

  private async take(...which: Parameters<AccountRepository['takeState']>): Promise<OAuthStateEntity> {
    const started = await this.accounts.takeState(...which);
    if (!started) throw StateInvalid();
    return started;
  }

  /** The state is used up before the code is: after a failure or a crash the user starts again. @param agreed false if user or provider denied */
  private async end(ctx: Ctx, started: OAuthStateEntity, agreed: ProviderAnswer | false): Promise<FinishedConnection> {
    try {
      if (!agreed) throw ConnectionDenied();
      await this.connect({ ...ctx, tenant: started.tenant_id, user: started.user_id }, started, agreed);
    } catch (error) {
      if (started.return_to === null || !(error instanceof Problem)) throw error;
      const status = error.body.code === ConnectionDenied.code ? 'denied' : 'error';
      return answer(started, status, 'The account is not connected', error.body.title);
    }
    return answer(started, 'connected', 'The account is connected', 'You can close this page and go back to the app.');
  }

  private async connect(ctx: Ctx, started: OAuthStateEntity, agreed: ProviderAnswer): Promise<void> {
    const { tenant_id, user_id, app_id, provider } = started;
    const client = await this.clients.find(ctx, app_id, provider);
    try {
      const granted = await this.provider.exchange(client, agreed, started.redirect_uri, started.code_verifier);
      const { subject, email } = await this.provider.describeAccount(client, granted);
      const { expires_at, scopes = started.scopes } = granted;
      const tokens = JSON.stringify(granted.tokens);
      const { client_id } = client;
      await this.accounts.save({ tenant_id, user_id, app_id, provider, client_id, subject, email, scopes, tokens, expires_at });
    } catch (cause) {
      throw cause instanceof ProviderError ? ConnectionFailed() : cause;
    }
  }
}

const isAllowed = (text: string, allowed: ReadonlySet<string>): boolean => {
  const url = URL.parse(text);
  return url !== null && mayReturnTo(url, allowed);
};

/** Where the answer of the provider is sealed: on the page that asks about this connection. */
const pageOf = ({ tenant_id, hash }: OAuthStateEntity) => ({ tenant: tenant_id, purpose: 'oauth_state.page', row: [hash] });

const normalize = (email: string) => email.trim().toLowerCase();

function answer({ return_to, provider }: OAuthStateEntity, status: string, title: string, message: string): FinishedConnection {
  if (return_to === null) return { title, message };
  const location = new URL(return_to);
  location.searchParams.set('provider', provider);
  location.searchParams.set('status', status);
  return { location: location.href, title, message };
}
