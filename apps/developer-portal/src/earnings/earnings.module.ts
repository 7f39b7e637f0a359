import { billing } from '@skep/contracts/billing';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { DeveloperModule } from '../developer/developer.module.js';
import { EarningsHandlers } from './earnings.handlers.js';

@Aggregate({
  imports: [AppModule, DeveloperModule],
  handlers: [EarningsHandlers],
  calls: [billing.getAppEarnings, billing.getDeveloperEarnings],
})
export class EarningsModule {}
