import { Aggregate } from '@skep/platform';
import { PaymentModule } from '../payment/payment.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { TopupModule } from '../topup/topup.module.js';
import { WalletModule } from '../wallet/wallet.module.js';
import { AutoTopupEntity } from './auto-topup.entity.js';
import { AutoTopupHandlers } from './auto-topup.handlers.js';
import { AutoTopupRepository } from './auto-topup.repository.js';
import { RechargeWallets } from './recharge-wallets.js';
import { RechargeEntity } from './recharge.entity.js';
import { UpdateAutoTopup } from './update-auto-topup.js';

@Aggregate({
  imports: [WalletModule, PaymentModule, PlanModule, TopupModule],
  entities: [AutoTopupEntity, RechargeEntity],
  handlers: [AutoTopupHandlers],
  providers: [AutoTopupRepository, UpdateAutoTopup, RechargeWallets],
  exports: [AutoTopupRepository],
})
export class AutoTopupModule {}
