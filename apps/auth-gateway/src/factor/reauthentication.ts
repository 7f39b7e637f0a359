import { type Proof, UserNotFound, WrongFactor, WrongPassword } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../password/attempts.js';
import { type Credential, PasswordRepository } from '../password/password.repository.js';
import { Passwords } from '../password/passwords.js';
import { FACTORS, oneOf } from './answer.js';
import { CheckFactor } from './check-factor.js';

/**
 * A session may have been left open or stolen, so what is worth stealing asks once more who is there. Wrong answers count as those
 * of a login: apart, because the transaction of an Idempotency-Key would forget them.
 */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly db: Database,
    private readonly credentials: PasswordRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly check: CheckFactor,
  ) {}

  /**
   * The password, or a second factor.
   * @throws Problem `wrong_password`, `wrong_factor`, `user_not_found`, `too_many_requests`, `invalid_input`
   */
  async byOne(ctx: Ctx, proof: Proof): Promise<Credential> {
    oneOf(['password', ...FACTORS], proof);
    return proof.password ? this.byPassword(ctx, proof.password) : this.byFactor(ctx, proof);
  }

  /** The password, and a second factor too where the account has one. Problems: as above. */
  async byAll(ctx: Ctx, proof: Proof & { password: string }): Promise<Credential> {
    const mine = await this.byPassword(ctx, proof.password);
    if (!mine.second_factor) return mine;
    oneOf(FACTORS, proof);
    return this.byFactor(ctx, proof);
  }

  /** @throws Problem `wrong_password`, `user_not_found`, `too_many_requests` */
  async byPassword(ctx: Ctx, password: string): Promise<Credential> {
    const mine = await this.credentials.of(ctx.user, ctx.tenant);
    if (!mine) throw UserNotFound();
    await this.attempts.check('login', ctx, mine);
    if (await this.passwords.verify(ctx, password, mine.password_hash)) return mine;
    await this.db.transaction(() => this.attempts.count('login', ctx, mine), { apart: true });
    throw WrongPassword();
  }

  private async byFactor(ctx: Ctx, proof: Proof): Promise<Credential> {
    const mine = await this.credentials.of(ctx.user, ctx.tenant);
    if (!mine) throw UserNotFound();
    const right = await this.db.transaction(
      async () => {
        await this.credentials.lock(mine.user_id);
        return this.check.run(ctx, mine, proof);
      },
      { apart: true },
    );
    if (!right) throw WrongFactor();
    return mine;
  }
}
