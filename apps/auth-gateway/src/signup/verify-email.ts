import { InvalidInput } from '@skep/contracts';
import { InvalidToken, type Tokens, type VerifyEmail as Input, WrongPassword } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { type PendingSignup, PendingSignupRepository } from '../account/pending-signup.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { Passwords } from '../secrets/passwords.js';
import { CreateSession } from '../session/create-session.js';

const NO_MATCHING_SIGNUP = 'No sign-up for this e-mail address has this password. If you forgot it, reset it on the page /reset-password.';

/**
 * Creates the account. The link proves that the caller owns the address; the password selects their sign-up, because someone else may
 * have signed up with the same address, and that person's password must not become the password of the account.
 */
@Injectable()
export class VerifyEmail {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly pendingSignups: PendingSignupRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly createSession: CreateSession,
  ) {}

  /** A wrong password does not invalidate the link. @throws Problem `invalid_token`, `wrong_password`, `invalid_input`, `too_many_requests` */
  async run(ctx: Ctx, { token, password }: Input): Promise<Tokens> {
    const pending = await this.pendingSignups.findByToken(sha256(token));
    const [linked] = pending;
    if (!linked) throw InvalidToken();
    return this.db.inTenant(linked.tenant_id, async () => {
      const signup = password === undefined ? assertUndisputed(linked) : await this.findByPassword(ctx, pending, password);
      return this.db.transaction(async () => {
        // Invalidates every link to the address. If two are opened at the same time, the second one finds the account.
        const user = await this.accounts.create(ctx, signup, 'user', 'mail');
        if (!user) throw InvalidToken();
        return this.createSession.run(ctx, user);
      });
    });
  }

  /** Counts wrong passwords as attempts to log in. @throws Problem `wrong_password`, `too_many_requests` */
  private async findByPassword(ctx: Ctx, pending: PendingSignup[], password: string): Promise<PendingSignup> {
    const address = pending[0]!;
    await this.attempts.check('login', ctx, address);
    for (const signup of pending) if (await this.passwords.verify(ctx, password, signup.password_hash)) return signup;
    await this.attempts.count('login', ctx, address);
    throw WrongPassword(NO_MATCHING_SIGNUP);
  }
}

/**
 * Without a password the link's own sign-up is used, unless another one came from a different network: either may be a stranger's.
 * @throws Problem `invalid_input`
 */
function assertUndisputed(linked: PendingSignup): PendingSignup {
  const msg = 'Someone else has signed up with this e-mail address too. Send the password that you chose';
  if (linked.disputed) throw InvalidInput([{ loc: ['password'], msg, type: 'missing' }]);
  return linked;
}
