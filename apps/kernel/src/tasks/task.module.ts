import { auth } from '@skep/contracts/auth';
import { Aggregate, keep } from '@skep/platform';
import { FeedModule } from '../feed/feed.module.js';
import { StartTask } from './start-task.js';
import { TaskEntity } from './task.entity.js';
import { TaskHandlers } from './task.handlers.js';
import { TaskRepository } from './task.repository.js';

@Aggregate({
  imports: [FeedModule],
  entities: [TaskEntity],
  handlers: [TaskHandlers],
  providers: [StartTask, TaskRepository],
  exports: [StartTask, TaskRepository],
  retention: [keep(TaskEntity, '30 days', { after: 'ended_at' })],
  calls: [auth.getTaskAllowance],
})
export class TaskModule {}
