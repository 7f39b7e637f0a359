import { Aggregate } from '@skep/platform';
import { ModelRateEntity } from './model-rate.entity.js';
import { ModelRateHandlers } from './model-rate.handlers.js';
import { PriceEntity } from './price.entity.js';
import { PriceHandlers } from './price.handlers.js';
import { PriceSettings } from './price-settings.js';
import { StripeConfigHandlers } from './stripe-config.handlers.js';

@Aggregate({
  entities: [PriceEntity, ModelRateEntity],
  handlers: [PriceHandlers, ModelRateHandlers, StripeConfigHandlers],
  providers: [PriceSettings],
  exports: [PriceSettings],
})
export class PricingModule {}
