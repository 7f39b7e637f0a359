import { auth } from '@skep/contracts/auth';
import { billing } from '@skep/contracts/billing';
import { models } from '@skep/contracts/models';
import { registry } from '@skep/contracts/registry';
import { Aggregate, keepForEver } from '@skep/platform';
import { CreateRule } from './create-rule.js';
import { Interpreter } from './interpreter.js';
import { Quota } from './quota.js';
import { RuleEntity } from './rule.entity.js';
import { RuleHandlers } from './rule.handlers.js';
import { RuleRepository } from './rule.repository.js';

@Aggregate({
  entities: [RuleEntity],
  handlers: [RuleHandlers],
  providers: [CreateRule, Interpreter, Quota, RuleRepository],
  exports: [RuleRepository],
  retention: [keepForEver(RuleEntity, 'until deleted, or until their user is erased')],
  calls: [auth.describeUser, billing.getUserLimits, models.complete, registry.listMyExtensions],
})
export class RuleModule {}
