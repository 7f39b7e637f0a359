import { Aggregate, keep } from '@skep/platform';
import { NodeModule } from '../node/node.module.js';
import { InvocationEntity } from './invocation.entity.js';
import { InvocationHandlers } from './invocation.handlers.js';
import { InvocationRepository } from './invocation.repository.js';
import { InvocationRunHandlers } from './invocation-run.js';
import { Invoke } from './invoke.js';

@Aggregate({
  imports: [NodeModule],
  entities: [InvocationEntity],
  handlers: [InvocationHandlers, InvocationRunHandlers],
  providers: [InvocationRepository, Invoke],
  exports: [InvocationRepository],
  retention: [keep(InvocationEntity, '90 days', { after: 'created_at' })],
})
export class InvocationModule {}
