import { Problem } from '@skep/contracts';
import {
  type IssueTokens as Input,
  InvalidGrant,
  InvalidRefreshToken,
  InvalidScope,
  OAUTH_SCOPES,
  type OauthTokens,
  type Tokens,
  UnsupportedGrantType,
} from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { AccountRepository } from '../account/account.repository.js';
import { sha256, verifierMatches } from '../secrets/opaque-tokens.js';
import { CreateSession } from '../session/create-session.js';
import { RefreshSession } from '../session/refresh-session.js';
import { RevokeSession } from '../session/revoke-session.js';
import { type LockedCode, OauthRequestRepository } from './oauth-request.repository.js';

/** Gives clients their tokens, for a code or a refresh token. */
@Injectable()
export class IssueTokens {
  constructor(
    private readonly db: Database,
    private readonly requests: OauthRequestRepository,
    private readonly accounts: AccountRepository,
    private readonly createSession: CreateSession,
    private readonly refreshSession: RefreshSession,
    private readonly revokeSession: RevokeSession,
  ) {}

  /** @throws Problem `unsupported_grant_type`, `invalid_grant`, `invalid_scope`, `tenant_suspended` */
  run(ctx: Ctx, input: Input): Promise<OauthTokens> {
    if (input.grant_type === 'authorization_code') return this.exchange(ctx, input);
    if (input.grant_type === 'refresh_token') return this.refresh(ctx, input);
    throw UnsupportedGrantType();
  }

  /** A wrong verifier, client, address or resource changes nothing: the code still works for its client. */
  private async exchange(ctx: Ctx, input: Input): Promise<OauthTokens> {
    // The transaction must commit, so that a second use ends the session.
    const outcome = await this.db.transaction(async () => {
      const code = await this.requests.lockCode(sha256(input.code ?? ''));
      if (!code || !isOf(code, input)) return InvalidGrant('The authorization code is not valid for this request.');
      return this.db.inTenant(code.tenant_id!, () => this.redeem(ctx, code));
    });
    if (outcome instanceof Problem) throw outcome;
    return outcome;
  }

  private async redeem(ctx: Ctx, code: LockedCode): Promise<OauthTokens | Problem> {
    if (code.session_id) {
      await this.revokeSession.run(ctx, code.session_id, 'reuse');
      return InvalidGrant('The authorization code was used before.');
    }
    if (code.expired) return InvalidGrant('The authorization code has expired.');
    const user = await this.accounts.lockByProof(code.account_id!, code.tenant_id!, code.proof!);
    if (!user) return InvalidGrant('The user can no longer sign in as when they consented.');
    const { request_hash, client_id, client_name, resource, scope } = code;
    const tokens = await this.createSession.run(ctx, user, { grant: { client_id, client_name, resource, scope } });
    await this.requests.use(request_hash, String(decodeJwt(tokens.access_token)['sid']));
    return toOauthTokens(tokens, scope);
  }

  private async refresh(ctx: Ctx, { refresh_token = '', client_id, resource, scope }: Input): Promise<OauthTokens> {
    if (scope?.split(' ').some((each) => each && !(OAUTH_SCOPES as readonly string[]).includes(each))) throw InvalidScope();
    try {
      const tokens = await this.refreshSession.run(ctx, refresh_token, { client_id, resource });
      return toOauthTokens(tokens, tokens.scope ?? '');
    } catch (error) {
      if (error instanceof Problem && error.body.code === InvalidRefreshToken.code)
        throw InvalidGrant('The refresh token is not valid for this client and resource, or was used before.');
      throw error;
    }
  }
}

const toOauthTokens = ({ access_token, refresh_token, expires_in }: Tokens, scope: string): OauthTokens => ({
  ...{ access_token, refresh_token, expires_in, scope },
  token_type: 'Bearer',
});

/** Whether an exchange is by the client of the code, for the same address and resource, with the verifier (RFC 7636 §4.6). */
const isOf = (code: LockedCode, { client_id, redirect_uri, resource, code_verifier }: Input) =>
  client_id === code.client_id &&
  (redirect_uri === undefined || redirect_uri === code.redirect_uri) &&
  (resource === undefined || resource === code.resource) &&
  code_verifier !== undefined &&
  verifierMatches(code.code_challenge, code_verifier);
