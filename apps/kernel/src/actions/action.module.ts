import { Aggregate, keepForEver, keepUntil } from '@skep/platform';
import { ActionEntity } from './action.entity.js';
import { ActionHandlers } from './action.handlers.js';
import { ActionRepository } from './action.repository.js';
import { RemovedActionsEntity } from './removed-actions.entity.js';

@Aggregate({
  entities: [ActionEntity],
  readOnly: [RemovedActionsEntity],
  retention: [
    keepUntil(ActionEntity, 'after the call began; then its sums stay', {
      by: 'remove_old_actions',
      period: { days: 'SKEP_ACTIONS_KEEP_DAYS' },
    }),
    keepForEver(RemovedActionsEntity, 'sums of removed actions: one row per user and app'),
  ],
  handlers: [ActionHandlers],
  providers: [ActionRepository],
})
export class ActionModule {}
