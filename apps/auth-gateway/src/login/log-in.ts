import { AccountDeactivated, EmailNotVerified, InvalidCredentials, type Login, type Tokens } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, type UserIdentity } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { type ChallengePurpose, RequireFactor } from '../factor/require-factor.js';
import { Passwords } from '../secrets/passwords.js';
import { CreateSession } from '../session/create-session.js';
import type { SessionSurface } from '../session/session.repository.js';

/** Signs a user in with e-mail address and password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly requireFactor: RequireFactor,
    private readonly createSession: CreateSession,
  ) {}

  /** @throws Problem those of `authenticate`, `tenant_suspended` */
  async run(ctx: Ctx, input: Login, surface: SessionSurface = 'web'): Promise<Tokens> {
    const { user, password_hash } = await this.authenticate(ctx, input, 'login', surface === 'agent');
    return this.db.transaction(async () => {
      // While the password was verified, the password, the factors or the scopes may have changed.
      const current = await this.accounts.lockByPassword(user.user_id, password_hash);
      if (!current) throw InvalidCredentials();
      return this.createSession.run(ctx, current, { surface });
    });
  }

  /**
   * Verifies an e-mail address and a password. An unknown or inactive account takes the same work and gives the same error as a wrong
   * password.
   * @param purpose what the challenge is for, if the account has a second factor
   * @param tells true if the owner of an inactive account, who knows its password, learns that it is inactive
   * @throws Problem `invalid_credentials`, `account_deactivated`, `second_factor_required`, `email_not_verified`, `too_many_requests`
   */
  async authenticate(
    ctx: Ctx,
    { email, password, tenant_id }: Login,
    purpose: ChallengePurpose,
    tells = false,
  ): Promise<{ user: UserIdentity; password_hash: string }> {
    const address = { tenant_id, email };
    await this.attempts.check('login', ctx, address);
    const { user, password_hash, pending_hash, inactive_hash } = await this.accounts.findForLogin(address);
    if ((await this.passwords.verify(ctx, password, password_hash)) && user && password_hash) {
      // Earlier wrong passwords stay counted until the second factor is correct, too.
      if (user.second_factor) throw await this.requireFactor.run(user, password_hash, purpose);
      await this.attempts.reset('login', ctx, address);
      return { user, password_hash };
    }
    // An address with an account may have a pending sign-up too, so this error does not reveal accounts. Without a sign-up the work is
    // the same, so that the response time reveals nothing either.
    const hash = tells ? (inactive_hash ?? pending_hash) : pending_hash;
    const knows = await this.passwords.verify(ctx, password, hash);
    if (knows && hash === pending_hash) throw EmailNotVerified();
    await this.attempts.count('login', ctx, address);
    if (knows) throw AccountDeactivated();
    throw InvalidCredentials();
  }
}
