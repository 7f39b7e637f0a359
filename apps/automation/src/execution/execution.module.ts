import { auth } from '@skep/contracts/auth';
import { channels } from '@skep/contracts/channels';
import { kernel } from '@skep/contracts/kernel';
import { Aggregate, keep } from '@skep/platform';
import { RuleModule } from '../rule/rule.module.js';
import { CallFunction } from './call-function.js';
import { Execute } from './execute.js';
import { ExecutionEntity } from './execution.entity.js';
import { EXECUTION_TRACES } from './execution-traces.js';
import { ExecutionHandlers } from './execution.handlers.js';
import { ExecutionRepository } from './execution.repository.js';
import { Notifier } from './notifier.js';
import { StartExecutions } from './start-executions.js';

@Aggregate({
  imports: [RuleModule],
  entities: [ExecutionEntity],
  traces: [EXECUTION_TRACES],
  handlers: [ExecutionHandlers],
  providers: [CallFunction, Execute, ExecutionRepository, Notifier, StartExecutions],
  exports: [CallFunction, ExecutionRepository, Notifier, StartExecutions],
  retention: [keep(ExecutionEntity, '30 days', { after: 'created_at' })],
  calls: [auth.describeUser, channels.notify, kernel.callForAutomation],
})
export class ExecutionModule {}
