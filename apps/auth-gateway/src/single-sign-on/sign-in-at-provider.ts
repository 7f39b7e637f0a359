import { Problem } from '@skep/contracts';
import {
  type FinishedSingleSignOn,
  IdentityProviderFailed,
  NoIdentityProvider,
  ReturnAddressRefused,
  SignInExpired,
  SignInRefused,
  type SingleSignOnCallback,
  type StartedSingleSignOn,
  type StartSingleSignOn,
} from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log, mayReturnTo } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { callbackOf } from '../identity-provider/callback.js';
import { IdentityProviderRepository } from '../identity-provider/identity-provider.repository.js';
import { OpenIdClient, OpenIdError } from '../identity-provider/openid-client.js';
import { toPerson } from './person.js';
import type { SignInEntity } from './sign-in.entity.js';
import { generateSecret, SignInRepository, STEP_SECONDS } from './sign-in.repository.js';

/** Sends the browser of a person to their identity provider, and takes what it brings back. */
@Injectable()
export class SignInAtProvider {
  private readonly redirect_uri: string;
  private readonly returnTo: ReadonlySet<string>;

  constructor(
    config: AuthGatewayConfig,
    private readonly db: Database,
    private readonly providers: IdentityProviderRepository,
    private readonly openId: OpenIdClient,
    private readonly signIns: SignInRepository,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.redirect_uri = callbackOf(config);
    this.returnTo = new Set([...config.RETURN_TO_ALLOW, new URL(config.SKEP_PUBLIC_URL).origin]);
  }

  /** @throws Problem `no_identity_provider`, `return_address_refused`, `identity_provider_failed` */
  async start(ctx: Ctx, { email, tenant_id, return_to, code_challenge }: StartSingleSignOn): Promise<StartedSingleSignOn> {
    if (!this.isAllowed(return_to)) throw ReturnAddressRefused();
    const provider = await this.providers.findByDomain(tenant_id, email.slice(email.lastIndexOf('@') + 1).toLowerCase());
    if (!provider) throw NoIdentityProvider();
    const [state, nonce, code_verifier] = [generateSecret(), generateSecret(), generateSecret()];
    const expected = { redirect_uri: this.redirect_uri, state, nonce, code_verifier };
    const authorize_url = await this.asking(ctx, provider.id, () => this.openId.authorizeUrl(provider, provider.scopes, expected, email));
    const signIn = { tenant_id, provider_id: provider.id, email, code_challenge, return_to, nonce, code_verifier, person: null };
    await this.signIns.add('state', signIn, state);
    return { authorize_url, expires_at: new Date(Date.now() + STEP_SECONDS.state * 1000) };
  }

  /** The state is used up by any answer. @throws Problem `sign_in_expired`: where the browser came from is not known then */
  async finish(ctx: Ctx, answer: SingleSignOnCallback): Promise<FinishedSingleSignOn> {
    const started = await this.signIns.take('state', answer.state);
    if (!started) throw SignInExpired();
    try {
      const person = await this.identify(ctx, started, answer);
      // The verifier and the nonce of the provider are not needed any more.
      const code = await this.signIns.add('code', { ...started, nonce: '', code_verifier: '', email: person.email, person });
      return back(started, { code }, 'You are signed in', 'You can close this page.');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { code, detail, title } = error.body;
      const message = typeof detail === 'string' ? detail : title;
      return back(started, { error: code, error_description: message }, 'You are not signed in', message);
    }
  }

  private identify(ctx: Ctx, started: SignInEntity, { state, code, iss, error }: SingleSignOnCallback) {
    return this.db.inTenant(started.tenant_id, async () => {
      if (error !== undefined || code === undefined) throw SignInRefused('The identity provider ended this sign-in.');
      const provider = await this.providers.find(started.tenant_id, started.provider_id);
      if (!provider) throw SignInExpired();
      const { nonce, code_verifier } = started;
      const expected = { redirect_uri: this.redirect_uri, state, nonce, code_verifier };
      const params = new URLSearchParams({ state, code, ...(iss !== undefined && { iss }) });
      return toPerson(provider, await this.asking(ctx, provider.id, () => this.openId.claims(provider, params, expected)));
    });
  }

  /** @throws Problem `identity_provider_failed`; the log says why, for the operator */
  private async asking<T>({ request }: Ctx, provider: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof OpenIdError)) throw error;
      this.log.warn({ provider, request, reason: error.message }, 'an identity provider did not answer as OpenID Connect says');
      throw IdentityProviderFailed();
    }
  }

  /** Programs on the person's machine listen on loopback (RFC 8252 §7.3). */
  private isAllowed(text: string): boolean {
    const url = URL.parse(text);
    if (!url || url.username || url.password) return false;
    return (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) || mayReturnTo(url, this.returnTo);
  }
}

function back({ return_to }: SignInEntity, params: Record<string, string>, title: string, message: string): FinishedSingleSignOn {
  const location = new URL(return_to);
  for (const [key, value] of Object.entries(params)) location.searchParams.set(key, value);
  return { location: location.href, title, message };
}
