import { BadRequest, isRefusal } from '@skep/contracts';
import {
  type Authorize as Input,
  AuthorizationView,
  type DecideAuthorization,
  holdsScope,
  OAUTH_SCOPES,
  type ReturnToAuthorize,
  SignInRefused,
  type SignInToAuthorize,
} from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { AccountRepository, type UserIdentity } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { Clients } from './clients.js';
import { Consent } from './consent.js';
import { type OauthRequest, OauthRequestRepository } from './oauth-request.repository.js';
import { hostOf, isRegistered, provesReceiver } from './redirect-uri.js';
import { ServerMetadata } from './server-metadata.js';
import { SignIn } from './sign-in.js';
import { SignInAtOrganisation } from './sign-in-at-organisation.js';

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const newSecret = () => randomBytes(32).toString('base64url');

/** Leads a user from the request of a client to a code: sign-in, consent, and back to the client. */
@Injectable()
export class Authorize {
  constructor(
    private readonly db: Database,
    private readonly clients: Clients,
    private readonly requests: OauthRequestRepository,
    private readonly metadata: ServerMetadata,
    private readonly signIn: SignIn,
    private readonly organisation: SignInAtOrganisation,
    private readonly consent: Consent,
    private readonly accounts: AccountRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws Problem `bad_request` if the client or its address cannot be trusted: the browser must not go there */
  async start(input: Input): Promise<AuthorizationView> {
    const { client_id = '', redirect_uri, state, browser } = input;
    const client = await this.clients.find(client_id);
    const address = redirect_uri ?? (client.redirect_uris.length === 1 ? client.redirect_uris[0] : undefined);
    if (address === undefined || !isRegistered(address, client.redirect_uris))
      throw BadRequest('The redirect_uri is not one of those of the client.');
    const target = { redirect_uri: address, state: state ?? null };
    const resource = this.metadata.resourceOf(input.resource);
    const scope = scopeOf(input.scope);
    const fault = faultOf(input) ?? (resource ? undefined : 'invalid_target') ?? (scope ? undefined : 'invalid_scope');
    if (fault || !resource || !scope) return this.leave(target, { error: fault ?? 'invalid_request' });
    const request = newSecret();
    await this.requests.add({
      request_hash: sha256(request),
      browser_hash: sha256(browser),
      ...{ client_id, client_name: client.client_name, redirect_uri: address, state, resource, scope },
      code_challenge: input.code_challenge!,
      asks_consent: input.prompt?.split(' ').includes('consent') ?? false,
    });
    return view('sign_in', { client_name: client.client_name, redirect_host: hostOf(address), request, tenant_id: 'default' });
  }

  /** @throws Problem `bad_request` for a request that has expired or is of another browser */
  async signInUser(ctx: Ctx, form: SignInToAuthorize): Promise<AuthorizationView> {
    const found = await this.find(form);
    if (form.decision === 'cancel') return this.deny(found);
    if (form.decision === 'organisation') return this.leaveForProvider(ctx, found, form);
    const user = await this.signIn.run(ctx, found, form);
    const { email, tenant_id } = form;
    return 'step' in user ? view(user.step, { ...shown(found, form), ...user, email, tenant_id }) : this.askConsent(ctx, found, form, user);
  }

  /** @throws Problem `bad_request` for a request that has expired or is of another browser */
  async returnFromProvider(ctx: Ctx, form: ReturnToAuthorize): Promise<AuthorizationView> {
    const found = await this.find(form);
    try {
      if (form.code === undefined) throw SignInRefused(form.error_description || undefined);
      return await this.askConsent(ctx, found, form, await this.organisation.finish(ctx, form));
    } catch (error) {
      return signInAgain(found, { ...form, email: '', tenant_id: 'default' }, error);
    }
  }

  /** @throws Problem `bad_request` also before the sign-in */
  async decide(ctx: Ctx, form: DecideAuthorization): Promise<AuthorizationView> {
    const found = await this.find(form);
    if (form.decision !== 'allow') return this.deny(found);
    const { account_id, tenant_id } = found;
    if (!account_id || !tenant_id) throw BadRequest('Sign in first. Go back to the program and start again.');
    const user = await this.db.inTenant(tenant_id, () => this.accounts.findActiveUser(account_id, tenant_id));
    return user ? this.grant(ctx, found, user) : this.deny(found);
  }

  private async leaveForProvider(ctx: Ctx, found: OauthRequest, form: SignInToAuthorize): Promise<AuthorizationView> {
    try {
      return view('organisation', { ...shown(found, form), location: await this.organisation.start(ctx, form) });
    } catch (error) {
      return signInAgain(found, form, error);
    }
  }

  private async askConsent(ctx: Ctx, found: OauthRequest, form: { request: string }, user: UserIdentity): Promise<AuthorizationView> {
    if (!found.scope.split(' ').every((each) => holdsScope(user.scopes, each))) return this.deny(found);
    if (await this.isRemembered(found, user)) return this.grant(ctx, found, user);
    const tools = await this.consent.listTools(ctx, user, found.resource);
    return view('consent', { ...shown(found, form), email: user.email, tenant_id: user.tenant_id, tools });
  }

  private async find({ request, browser }: { request: string; browser: string }): Promise<OauthRequest> {
    const found = await this.requests.find(sha256(request), sha256(browser));
    if (!found) throw BadRequest('This form has expired or comes from another browser. Go back to the program and start again.');
    return found;
  }

  /** Another program on the same machine could pretend to be the client, so a former consent counts only for https. */
  private async isRemembered(request: OauthRequest, { user_id: account_id, tenant_id }: UserIdentity): Promise<boolean> {
    if (request.asks_consent || !provesReceiver(request.redirect_uri)) return false;
    return this.requests.isConsented({ ...request, account_id, tenant_id });
  }

  private async grant(ctx: Ctx, request: OauthRequest, { user_id, tenant_id }: UserIdentity): Promise<AuthorizationView> {
    const code = `ac_${newSecret()}`;
    const { request_hash, client_id, resource, scope } = request;
    await this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        if (!(await this.requests.grant(request_hash, sha256(code)))) throw BadRequest('This request is decided already.');
        const metadata = { client_id, resource, scope };
        await this.audit.record(ctx, { action: 'oauth.authorized', tenant_id, actor_id: user_id, ...aboutUser(user_id), metadata });
      }),
    );
    return this.leave(request, { code });
  }

  private async deny(request: OauthRequest): Promise<AuthorizationView> {
    await this.requests.delete(request.request_hash);
    return this.leave(request, { error: 'access_denied' });
  }

  /** Returns a response to the client, with its state and our issuer (RFC 9207). */
  private leave(
    { redirect_uri, state }: Pick<OauthRequest, 'redirect_uri' | 'state'>,
    response: Record<string, string>,
  ): AuthorizationView {
    const location = new URL(redirect_uri);
    for (const [name, value] of Object.entries({ ...response, ...(state !== null && { state }), iss: this.metadata.issuer }))
      location.searchParams.set(name, value);
    return view('leave', { location: location.href, redirect_host: hostOf(redirect_uri) });
  }
}

const view = (step: AuthorizationView['step'], more: Partial<AuthorizationView>) =>
  Object.assign(new AuthorizationView(), { step, ...more });

/** What each page shows of a request. */
const shown = ({ client_name, redirect_uri, resource }: OauthRequest, { request }: { request: string }) => ({
  ...{ client_name, request, resource },
  redirect_host: hostOf(redirect_uri),
});

/** The sign-in page with what went wrong. @throws what is no refusal */
function signInAgain(
  found: OauthRequest,
  form: Pick<SignInToAuthorize, 'request' | 'email' | 'tenant_id'>,
  error: unknown,
): AuthorizationView {
  if (!isRefusal(error) || error.body.code === BadRequest.code) throw error;
  const { detail, title, status } = error.body;
  const { email, tenant_id } = form;
  return view('sign_in', { ...shown(found, form), email, tenant_id, error: typeof detail === 'string' ? detail : title, status });
}

/** The error of RFC 6749 §4.1.2.1 for a request that a client must correct. */
function faultOf({ response_type, code_challenge, code_challenge_method }: Input): string | undefined {
  if (response_type !== 'code') return response_type ? 'unsupported_response_type' : 'invalid_request';
  if (code_challenge_method !== 'S256' || !CHALLENGE.test(code_challenge ?? '')) return 'invalid_request';
  return undefined;
}

/** Those of the scopes that exist, such as without `offline_access`; all of them by default. */
function scopeOf(asked: string | undefined): string | undefined {
  const words = asked?.split(' ').filter(Boolean);
  if (!words?.length) return OAUTH_SCOPES.join(' ');
  return OAUTH_SCOPES.filter((scope) => words.includes(scope)).join(' ') || undefined;
}
