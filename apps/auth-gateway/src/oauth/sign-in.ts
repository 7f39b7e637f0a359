import { BadRequest, isRefusal, plainAddress, type Problem, type ProblemBody } from '@skep/contracts';
import {
  ChallengeEnded,
  InvalidCredentials,
  type SecondFactorChallenge,
  SecondFactorRequired,
  type SignInToAuthorize,
} from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, proofOf, type UserIdentity } from '../account/account.repository.js';
import { AnswerChallenge } from '../factor/answer-challenge.js';
import { LogIn } from '../login/log-in.js';
import { type OauthRequest, OauthRequestRepository } from './oauth-request.repository.js';

/** What the sign-in page shows next: the second factor, or the same form with an error. */
export interface Retry {
  step: 'sign_in' | 'second_factor';
  error: string;
  status: number;
  challenge: string;
  options: string;
}

/** Signs a user in for one authorization request: with the password and, where the account has one, the second factor. Creates no session. */
@Injectable()
export class SignIn {
  constructor(
    private readonly db: Database,
    private readonly requests: OauthRequestRepository,
    private readonly accounts: AccountRepository,
    private readonly logIn: LogIn,
    private readonly answerChallenge: AnswerChallenge,
  ) {}

  /** @throws Problem `bad_request` for a request that is decided; those of the server */
  async run(ctx: Ctx, request: OauthRequest, form: SignInToAuthorize): Promise<UserIdentity | Retry> {
    try {
      return await this.authenticate(ctx, request, form);
    } catch (error) {
      if (!isRefusal(error) || error.body.code === BadRequest.code) throw error;
      return toRetry(error, form);
    }
  }

  private authenticate(ctx: Ctx, { request_hash }: OauthRequest, form: SignInToAuthorize): Promise<UserIdentity> {
    const purpose = `oauth:${request_hash.toString('hex')}` as const;
    const remember = async (user: UserIdentity, password_hash: string) => {
      const { user_id: account_id, tenant_id } = user;
      if (!(await this.requests.signIn(request_hash, { account_id, tenant_id, proof: proofOf(password_hash) })))
        throw BadRequest('This request is decided already.');
      return user;
    };
    if (form.challenge) return this.answerChallenge.run(ctx, purpose, { challenge: form.challenge, ...factorOf(form) }, remember);
    return this.authenticateByPassword(ctx, form, purpose, remember);
  }

  private async authenticateByPassword(
    ctx: Ctx,
    { email, password, tenant_id }: SignInToAuthorize,
    purpose: `oauth:${string}`,
    then: (user: UserIdentity, password_hash: string) => Promise<UserIdentity>,
  ): Promise<UserIdentity> {
    const { user, password_hash } = await this.logIn.authenticate(
      ctx,
      { email: plainAddress(email) ?? email, password, tenant_id },
      purpose,
    );
    return this.db.transaction(async () => {
      const current = await this.accounts.lockByPassword(user.user_id, password_hash);
      if (!current) throw InvalidCredentials();
      return then(current, password_hash);
    });
  }
}

const factorOf = ({ passkey, code }: SignInToAuthorize) => {
  if (passkey) return { passkey: parseObject(passkey) };
  return /^\s*\d{3} ?\d{3}\s*$/.test(code) ? { code: code.trim() } : { recovery_code: code };
};

/** Returns an empty object, which no passkey sends, for text that is not JSON. */
function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function toRetry({ body }: Problem, { challenge, options }: SignInToAuthorize): Retry {
  if (body.code === SecondFactorRequired.code) {
    const asked = body as ProblemBody & SecondFactorChallenge;
    const passkeys = asked.passkey_options ? JSON.stringify(asked.passkey_options) : '';
    return { step: 'second_factor', error: '', status: 200, challenge: asked.challenge, options: passkeys };
  }
  const error = typeof body.detail === 'string' ? body.detail : body.title;
  const again = challenge && body.code !== ChallengeEnded.code;
  return again
    ? { step: 'second_factor', error, status: body.status, challenge, options }
    : { step: 'sign_in', error, status: body.status, challenge: '', options: '' };
}
