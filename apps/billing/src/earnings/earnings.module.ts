import { Aggregate } from '@skep/platform';
import { CallReversalEntity } from './call-reversal.entity.js';
import { EarningsHandlers } from './earnings.handlers.js';
import { EarningsRepository } from './earnings.repository.js';

@Aggregate({ readOnly: [CallReversalEntity], handlers: [EarningsHandlers], providers: [EarningsRepository] })
export class EarningsModule {}
