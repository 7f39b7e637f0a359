import { Aggregate } from '@skep/platform';
import { ExecutionModule } from '../execution/execution.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { LateWorkHandlers } from './late-work.handlers.js';
import { LateWorkJob } from './late-work.job.js';

@Aggregate({ imports: [ExecutionModule, QueueModule], handlers: [LateWorkHandlers], providers: [LateWorkJob] })
export class LateWorkModule {}
