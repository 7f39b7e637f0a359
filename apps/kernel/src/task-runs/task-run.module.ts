import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { TaskModule } from '../tasks/task.module.js';
import { TaskRunHandlers } from './task-run.handlers.js';

/** Runs tasks. Tasks themselves are below calls, which start them. */
@Aggregate({ imports: [CallModule, TaskModule], handlers: [TaskRunHandlers], calls: [auth.describeUser] })
export class TaskRunModule {}
