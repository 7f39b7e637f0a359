import { Aggregate, keepForEver } from '@skep/platform';
import { WalletModule } from '../wallet/wallet.module.js';
import { CallChargeEntity } from './call-charge.entity.js';
import { DebtEntity } from './debt.entity.js';
import { ExpireHolds } from './expire-holds.js';
import { HoldEntity } from './hold.entity.js';
import { ENTRY_TRACES, HOLD_TRACES } from './hold-traces.js';
import { HoldHandlers } from './hold.handlers.js';
import { HoldRepository } from './hold.repository.js';

@Aggregate({
  imports: [WalletModule],
  readOnly: [HoldEntity, DebtEntity, CallChargeEntity],
  retention: [
    keepForEver(HoldEntity, 'holds explain the ledger’s charges and the earnings'),
    keepForEver(DebtEntity, 'debts explain later payments'),
    keepForEver(CallChargeEntity, 'which action a charge paid for'),
  ],
  traces: [HOLD_TRACES, ENTRY_TRACES],
  handlers: [HoldHandlers],
  providers: [HoldRepository, ExpireHolds],
})
export class HoldModule {}
