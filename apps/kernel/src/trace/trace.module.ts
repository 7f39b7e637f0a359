import { Aggregate } from '@skep/platform';
import { GetTrace, TRACE_OPERATIONS } from './get-trace.js';
import { TraceHandlers } from './trace.handlers.js';

@Aggregate({ handlers: [TraceHandlers], providers: [GetTrace], calls: TRACE_OPERATIONS })
export class TraceModule {}
