import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { RuleModule } from '../rule/rule.module.js';
import { DeclaredHandlers } from './declared.handlers.js';

@Aggregate({
  imports: [RuleModule],
  handlers: [DeclaredHandlers],
  calls: [registry.getRelease, registry.listInstalls, registry.resolveCall],
})
export class DeclaredModule {}
