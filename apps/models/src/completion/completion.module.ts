import { billing } from '@skep/contracts/billing';
import { models } from '@skep/contracts/models';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { ProviderModule } from '../provider/provider.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { BuyCompletion } from './buy-completion.js';
import { Complete } from './complete.js';
import { CompletionHandlers } from './completion.handlers.js';
import { Fees } from './fees.js';
import { ModelChoices } from './model-choices.js';
import { Stops } from './stops.js';
import { TryModelHandlers } from './try-model.js';

@Aggregate({
  imports: [ProviderModule, SettingsModule, UsageModule],
  handlers: [CompletionHandlers, TryModelHandlers],
  providers: [BuyCompletion, Complete, Fees, ModelChoices, Stops],
  exports: [Fees],
  calls: [billing.captureHold, billing.getPriceList, billing.placeHold, billing.releaseHold, registry.resolveCall],
  listens: [billing.priceChanged, models.completionStopped],
})
export class CompletionModule {}
