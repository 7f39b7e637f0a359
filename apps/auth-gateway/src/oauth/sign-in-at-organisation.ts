import { BadRequest, plainAddress } from '@skep/contracts';
import type { ReturnToAuthorize, SignInToAuthorize } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type UserIdentity, proofOf } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { ExchangeCode } from '../single-sign-on/exchange-code.js';
import { SignInAtProvider } from '../single-sign-on/sign-in-at-provider.js';
import { OauthRequestRepository } from './oauth-request.repository.js';

/** Signs a user in for one authorization request at the identity provider of their organisation. Creates no session. */
@Injectable()
export class SignInAtOrganisation {
  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly requests: OauthRequestRepository,
    private readonly atProvider: SignInAtProvider,
    private readonly exchange: ExchangeCode,
  ) {}

  /** Where the browser continues. @throws Problem `no_identity_provider`, `identity_provider_failed` */
  async start(ctx: Ctx, { request, browser, email, tenant_id }: SignInToAuthorize): Promise<string> {
    const back = new URL('/oauth/return', this.config.SKEP_PUBLIC_URL);
    back.searchParams.set('request', request);
    const code_challenge = sha256(verifierOf({ request, browser })).toString('base64url');
    const address = { email: plainAddress(email) ?? email, tenant_id };
    return (await this.atProvider.start(ctx, { ...address, return_to: back.href, code_challenge, code_challenge_method: 'S256' }))
      .authorize_url;
  }

  /** @throws Problem `bad_request` for a request that is decided; those of a sign-in at an identity provider */
  finish(ctx: Ctx, { request, browser, code = '' }: ReturnToAuthorize): Promise<UserIdentity> {
    return this.exchange.admit(ctx, { code, code_verifier: verifierOf({ request, browser }) }, async (_, user, password_hash) => {
      const { user_id: account_id, tenant_id } = user;
      if (!(await this.requests.signIn(sha256(request), { account_id, tenant_id, proof: proofOf(password_hash) })))
        throw BadRequest('This request is decided already.');
      return user;
    });
  }
}

/** The code of a sign-in works for this request and this browser only. */
const verifierOf = ({ request, browser }: { request: string; browser: string }): string =>
  sha256(`sign-in at an organisation ${request} ${browser}`).toString('base64url');
