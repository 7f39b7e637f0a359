import { agent } from '@skep/contracts/agent';
import { registry } from '@skep/contracts/registry';
import { Aggregate, keep, keepUntil } from '@skep/platform';
import { ActionCountEntity, AppActionCountEntity, AppLatencyEntity } from './action-count.entity.js';
import { ActionEntity } from './action.entity.js';
import { ACTION_TRACES } from './action-traces.js';
import { ActionHandlers } from './action.handlers.js';
import { ActionRepository } from './action.repository.js';
import { AppFigures } from './app-figures.js';
import { CountActions } from './count-actions.js';

/** Counters of single days; those of all time stay. */
const COUNTERS_OF_DAYS = { after: 'day', where: `day <> '-infinity'` };

@Aggregate({
  entities: [ActionEntity, ActionCountEntity, AppActionCountEntity, AppLatencyEntity],
  retention: [
    keepUntil(ActionEntity, 'after the call began; its counters stay', {
      by: 'remove_old_actions',
      period: { days: 'SKEP_ACTIONS_KEEP_DAYS' },
    }),
    keep(ActionCountEntity, '40 days', COUNTERS_OF_DAYS),
    keep(AppActionCountEntity, '366 days', COUNTERS_OF_DAYS),
    keep(AppLatencyEntity, '366 days', { after: 'day' }),
    { table: 'uncounted_action', because: 'until they are counted, within a second' },
  ],
  traces: [ACTION_TRACES],
  handlers: [ActionHandlers],
  providers: [ActionRepository, AppFigures, CountActions],
  calls: [agent.getCodingStep, registry.getAppDeveloper],
})
export class ActionModule {}
