import { InvalidInput, InvalidToken, type Tokens, type VerifyEmail as Input, WrongPassword } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../password/attempts.js';
import { Passwords } from '../password/passwords.js';
import { sha256 } from '../secrets/opaque.js';
import { OpenSession } from '../session/open-session.js';
import { AccountRepository, type Waiting } from './account.repository.js';

const NOT_OF_A_SIGNUP =
  'No sign-up with this e-mail address has this password. If you have forgotten it, choose a new one on the page /reset-password.';

/**
 * The link proves that the mailbox is theirs, and the password which sign-up is: somebody else may have signed up with the same
 * address, before or after, and theirs must not become the password of the account.
 */
@Injectable()
export class VerifyEmail {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly openSession: OpenSession,
  ) {}

  /** A wrong password does not end the link. @throws Problem `invalid_token`, `wrong_password`, `invalid_input`, `too_many_requests` */
  async run(ctx: Ctx, { token, password }: Input): Promise<Tokens> {
    const waiting = await this.accounts.waiting(sha256(token));
    const [linked] = waiting;
    if (!linked) throw InvalidToken();
    return this.db.inTenant(linked.tenant_id, async () => {
      const signup = password === undefined ? undisputed(linked) : await this.ofPassword(ctx, waiting, password);
      return this.db.transaction(async () => {
        // Every link to the address ends with this. One that was opened at the same moment finds the account made.
        const person = await this.accounts.create(ctx, signup, 'user', 'mail');
        if (!person) throw InvalidToken();
        return this.openSession.run(ctx, person);
      });
    });
  }

  /** Guesses count as those of a login. */
  private async ofPassword(ctx: Ctx, waiting: Waiting[], password: string): Promise<Waiting> {
    const target = waiting[0]!;
    await this.attempts.check('login', ctx, target);
    for (const signup of waiting) if (await this.passwords.verify(ctx, password, signup.password_hash)) return signup;
    await this.attempts.count('login', ctx, target);
    throw WrongPassword(NOT_OF_A_SIGNUP);
  }
}

/**
 * Without a password the sign-up of the link counts, unless another one came from elsewhere: either may be a stranger's.
 * @throws Problem `invalid_input`
 */
function undisputed(linked: Waiting): Waiting {
  const msg = 'Somebody else has signed up with this e-mail address too. Send the password that you chose';
  if (linked.disputed) throw InvalidInput([{ loc: ['password'], msg, type: 'missing' }]);
  return linked;
}
