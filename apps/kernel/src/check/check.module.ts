import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { StoreModule } from '../store/store.module.js';
import { CheckHandlers } from './check.handlers.js';
import { SmokeIr } from './smoke-ir.js';

@Aggregate({ imports: [CallModule, StoreModule], handlers: [CheckHandlers], providers: [SmokeIr] })
export class CheckModule {}
