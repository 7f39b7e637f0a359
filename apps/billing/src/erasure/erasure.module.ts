import { Aggregate } from '@skep/platform';
import { PaymentModule } from '../payment/payment.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [PaymentModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
