import { Aggregate } from '@skep/platform';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { HealthModule } from '../health/health.module.js';
import { ReceiveVendorMessage } from './receive-vendor-message.js';
import { VendorMessageHandlers } from './vendor-message.handlers.js';

/** Messages of Strava and Garmin. */
@Aggregate({ imports: [DeliveryModule, HealthModule], handlers: [VendorMessageHandlers], providers: [ReceiveVendorMessage] })
export class VendorMessageModule {}
