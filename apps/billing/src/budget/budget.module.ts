import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { WalletModule } from '../wallet/wallet.module.js';
import { BudgetHandlers } from './budget.handlers.js';

@Aggregate({ imports: [WalletModule], handlers: [BudgetHandlers], calls: [auth.describeUser] })
export class BudgetModule {}
