import { kernel } from '@skep/contracts/kernel';
import { extension, service, user } from '../../route.js';
import { get, post } from '../../table.js';

export const taskRoutes = [
  get('/v1/tasks/active', kernel.listActiveTasks, user()),
  get('/v1/tasks/internal/check-limit', kernel.checkTaskLimit, service()),
  get('/v1/tasks/{task_id}', kernel.getTask, user()),
  post('/v1/tasks/{task_id}/cancel', kernel.cancelTask, user()),
  get('/v1/activity/steps/{step_id}', kernel.getActivityStep, user()),
  post('/v1/internal/chat/inject', kernel.injectChat, extension()),
  get('/v1/internal/processes/{user_id}', kernel.listProcesses, service()),
];
