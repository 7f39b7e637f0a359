import { EmailNotVerified, InvalidCredentials, type Login, type Tokens } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { Attempts } from '../password/attempts.js';
import { Passwords } from '../password/passwords.js';
import { OpenSession } from './open-session.js';

@Injectable()
export class LogIn {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly openSession: OpenSession,
  ) {}

  /**
   * An account that is unknown or inactive costs the same work, and has the same end, as a wrong password.
   * @throws Problem `invalid_credentials`, `email_not_verified`, `too_many_requests`
   */
  async run(ctx: Ctx, { email, password, tenant_id }: Login): Promise<Tokens> {
    const target = { tenant_id, email };
    await this.attempts.check('login', ctx, target);
    const { person, password_hash, pending_hash } = await this.accounts.forLogin(tenant_id, email);
    if ((await this.passwords.verify(ctx, password, password_hash)) && person) {
      await this.attempts.forget('login', ctx, target);
      return this.openSession.run(ctx, person);
    }
    // Also an address that has an account may have a signup waiting, so this says nothing about accounts.
    if (pending_hash && (await this.passwords.verify(ctx, password, pending_hash))) throw EmailNotVerified();
    await this.attempts.count('login', ctx, target);
    throw InvalidCredentials();
  }
}
