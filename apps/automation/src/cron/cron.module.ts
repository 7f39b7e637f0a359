import { Aggregate } from '@skep/platform';
import { HappeningModule } from '../happening/happening.module.js';
import { JobModule } from '../job/job.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { CronHandlers } from './cron.handlers.js';

@Aggregate({ imports: [HappeningModule, JobModule, QueueModule], handlers: [CronHandlers] })
export class CronModule {}
