import { PlanFeatureMissing } from '@skep/contracts/billing';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { PlanEntity } from './plan.entity.js';

/** Features whose names Skep knows: a plan that has one as `false` does not allow what it names. All others are for display. */
type Feature = 'topups';

/** What the plans of users allow. */
@Injectable()
export class PlanFeatures {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
  ) {}

  async allows(owner: Pick<Ctx, 'tenant' | 'user'>, feature: Feature): Promise<boolean> {
    const { plan: id } = await this.wallets.peek(owner);
    const { features } = await this.db.repository(PlanEntity).findOneByOrFail({ id });
    return features[feature] !== false;
  }

  /** @throws PlanFeatureMissing */
  async assertAllows(owner: Pick<Ctx, 'tenant' | 'user'>, feature: Feature): Promise<void> {
    if (!(await this.allows(owner, feature))) throw PlanFeatureMissing(`Your plan does not include '${feature}'.`);
  }
}
