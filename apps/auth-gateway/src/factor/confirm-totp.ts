import { FactorNotFound, type RecoveryCodes, type TotpCode, UserNotFound, WrongFactor } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../password/attempts.js';
import { PasswordRepository } from '../password/password.repository.js';
import { CheckFactor } from './check-factor.js';
import { FactorChange } from './factor-change.js';
import { FactorRepository } from './factor.repository.js';

/** The first code shows that the app has the secret and keeps the time; from then on a login asks for one. */
@Injectable()
export class ConfirmTotp {
  constructor(
    private readonly db: Database,
    private readonly credentials: PasswordRepository,
    private readonly factors: FactorRepository,
    private readonly check: CheckFactor,
    private readonly change: FactorChange,
    private readonly attempts: Attempts,
  ) {}

  /** @throws Problem `wrong_factor`, `factor_not_found`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { code }: TotpCode): Promise<RecoveryCodes> {
    const mine = await this.credentials.of(ctx.user, ctx.tenant);
    if (!mine) throw UserNotFound();
    await this.attempts.check('factor', ctx, mine);
    const confirmed = await this.db.transaction(async () => {
      const owner = await this.credentials.lock(mine.user_id);
      if (!owner || !(await this.factors.totp(owner.user_id, 'waiting'))) throw FactorNotFound();
      if (!(await this.check.takeCode(owner.user_id, code, 'waiting'))) return undefined;
      await this.change.run(ctx, owner, 'totp.added');
      return { recovery_codes: owner.second_factor ? [] : await this.factors.renewRecoveryCodes(owner.user_id) };
    });
    if (confirmed) return confirmed;
    await this.db.transaction(() => this.attempts.count('factor', ctx, mine), { apart: true });
    throw WrongFactor();
  }
}
