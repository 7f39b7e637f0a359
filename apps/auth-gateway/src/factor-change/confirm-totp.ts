import { FactorNotFound, type RecoveryCodes, type TotpCode, UserNotFound, WrongFactor } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { CheckFactor } from '../factor/check-factor.js';
import { FactorRepository } from '../factor/factor.repository.js';
import { FinishFactorChange } from './finish-factor-change.js';

/** Confirms a pending authenticator app with its first code. From then on a login asks for a code. */
@Injectable()
export class ConfirmTotp {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly factors: FactorRepository,
    private readonly check: CheckFactor,
    private readonly finishChange: FinishFactorChange,
    private readonly attempts: Attempts,
  ) {}

  /** @throws Problem `wrong_factor`, `factor_not_found`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { code }: TotpCode): Promise<RecoveryCodes> {
    const credential = await this.accounts.findCredential(ctx);
    if (!credential) throw UserNotFound();
    await this.attempts.check('factor', ctx, credential);
    const confirmed = await this.db.transaction(async () => {
      const owner = await this.accounts.lockCredential(credential.user_id);
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
