import { FactorNotFound, type RecoveryCodes, type TotpCode, UserNotFound, WrongFactor } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../password/attempts.js';
import { PasswordRepository } from '../password/password.repository.js';
import { CheckFactor } from './check-factor.js';
import { FinishFactorChange } from './finish-factor-change.js';
import { FactorRepository } from './factor.repository.js';

/** Confirms a pending authenticator app with its first code. From then on a login asks for a code. */
@Injectable()
export class ConfirmTotp {
  constructor(
    private readonly db: Database,
    private readonly credentials: PasswordRepository,
    private readonly factors: FactorRepository,
    private readonly check: CheckFactor,
    private readonly finishChange: FinishFactorChange,
    private readonly attempts: Attempts,
  ) {}

  /** @throws Problem `wrong_factor`, `factor_not_found`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { code }: TotpCode): Promise<RecoveryCodes> {
    const credential = await this.credentials.find(ctx.user, ctx.tenant);
    if (!credential) throw UserNotFound();
    await this.attempts.check('factor', ctx, credential);
    const confirmed = await this.db.transaction(async () => {
      const owner = await this.credentials.lock(credential.user_id);
      if (!owner || !(await this.factors.findTotp(owner.user_id, 'pending'))) throw FactorNotFound();
      if (!(await this.check.consumeTotpCode(owner.user_id, code, 'pending'))) return undefined;
      await this.finishChange.run(ctx, owner, 'totp.added');
      return { recovery_codes: owner.second_factor ? [] : await this.factors.regenerateRecoveryCodes(owner.user_id) };
    });
    if (confirmed) return confirmed;
    await this.db.transaction(() => this.attempts.count('factor', ctx, credential), { apart: true });
    throw WrongFactor();
  }
}
