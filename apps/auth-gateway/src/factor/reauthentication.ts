import { type Proof, UserNotFound, WrongFactor, WrongPassword } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, type Credential } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { Passwords } from '../secrets/passwords.js';
import { CheckFactor } from './check-factor.js';
import { FACTORS, assertExactlyOne } from './proof.js';

/**
 * Verifies a signed-in user again before a sensitive change, because the session may be stolen or left open. Wrong answers count as
 * attempts to log in. They are counted in a separate transaction, because that of an Idempotency-Key is rolled back.
 */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly check: CheckFactor,
  ) {}

  /**
   * Verifies the password or a second factor, whichever the proof contains.
   * @throws Problem `wrong_password`, `wrong_factor`, `user_not_found`, `too_many_requests`, `invalid_input`
   */
  async verifyOne(ctx: Ctx, proof: Proof): Promise<Credential> {
    assertExactlyOne(['password', ...FACTORS], proof);
    return proof.password ? this.verifyPassword(ctx, proof.password) : this.verifyFactor(ctx, proof);
  }

  /** Verifies the password and, if the account has one, a second factor. @throws as `verifyOne` */
  async verifyAll(ctx: Ctx, proof: Proof & { password: string }): Promise<Credential> {
    const credential = await this.verifyPassword(ctx, proof.password);
    if (!credential.second_factor) return credential;
    assertExactlyOne(FACTORS, proof);
    return this.verifyFactor(ctx, proof);
  }

  /** @throws Problem `wrong_password`, `user_not_found`, `too_many_requests` */
  async verifyPassword(ctx: Ctx, password: string): Promise<Credential> {
    const credential = await this.accounts.findCredential(ctx);
    if (!credential) throw UserNotFound();
    await this.attempts.check('login', ctx, credential);
    if (await this.passwords.verify(ctx, password, credential.password_hash)) return credential;
    await this.db.transaction(() => this.attempts.count('login', ctx, credential), { apart: true });
    throw WrongPassword();
  }

  private async verifyFactor(ctx: Ctx, proof: Proof): Promise<Credential> {
    const credential = await this.accounts.findCredential(ctx);
    if (!credential) throw UserNotFound();
    const is_correct = await this.db.transaction(
      async () => {
        await this.accounts.lockCredential(credential.user_id);
        return this.check.run(ctx, credential, proof);
      },
      { apart: true },
    );
    if (!is_correct) throw WrongFactor();
    return credential;
  }
}
