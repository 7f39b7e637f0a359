import { EmailNotVerified, InvalidCredentials, type Login, type Tokens } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, type Person } from '../account/account.repository.js';
import { type Aim, RequireFactor } from '../factor/require-factor.js';
import { Attempts } from '../password/attempts.js';
import { PasswordRepository } from '../password/password.repository.js';
import { Passwords } from '../password/passwords.js';
import { OpenSession } from './open-session.js';

@Injectable()
export class LogIn {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly credentials: PasswordRepository,
    private readonly attempts: Attempts,
    private readonly requireFactor: RequireFactor,
    private readonly openSession: OpenSession,
  ) {}

  /** Problems: as those of `prove`. */
  async run(ctx: Ctx, input: Login): Promise<Tokens> {
    const { person, password_hash } = await this.prove(ctx, input, 'login');
    return this.db.transaction(async () => {
      // While we verified, the password may have been changed, a factor added, or what the person may do: nobody comes in as before.
      if (!(await this.credentials.holds(person.user_id, password_hash))) throw InvalidCredentials();
      const present = await this.accounts.present(person.user_id, person.tenant_id);
      if (!present) throw InvalidCredentials();
      return this.openSession.run(ctx, present);
    });
  }

  /**
   * Who has this e-mail and password? An account that is unknown or inactive costs the same work, and has the same end, as a
   * wrong password.
   * @param aim what a second factor is asked for, where the account has one
   * @throws Problem `invalid_credentials`, `second_factor_required`, `email_not_verified`, `too_many_requests`
   */
  async prove(ctx: Ctx, { email, password, tenant_id }: Login, aim: Aim): Promise<{ person: Person; password_hash: string }> {
    const target = { tenant_id, email };
    await this.attempts.check('login', ctx, target);
    const { person, password_hash, pending_hash } = await this.accounts.forLogin(tenant_id, email);
    if ((await this.passwords.verify(ctx, password, password_hash)) && person && password_hash) {
      // Wrong passwords before it stay counted until the second factor is right, too.
      if (person.second_factor) throw await this.requireFactor.run(person, password_hash, aim);
      await this.attempts.forget('login', ctx, target);
      return { person, password_hash };
    }
    // Also an address that has an account may have a signup waiting, so this says nothing about accounts. Where none waits the work is
    // the same, or the time would tell.
    if (await this.passwords.verify(ctx, password, pending_hash)) throw EmailNotVerified();
    await this.attempts.count('login', ctx, target);
    throw InvalidCredentials();
  }
}
