import { Aggregate } from '@skep/platform';
import { AutoTopupModule } from '../auto-topup/auto-topup.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { PaymentMethodHandlers } from './payment-method.handlers.js';

@Aggregate({ imports: [PaymentModule, AutoTopupModule], handlers: [PaymentMethodHandlers] })
export class PaymentMethodModule {}
