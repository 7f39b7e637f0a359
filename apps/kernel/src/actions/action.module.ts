import { Aggregate } from '@skep/platform';
import { ActionEntity } from './action.entity.js';
import { ActionHandlers } from './action.handlers.js';
import { ActionRepository } from './action.repository.js';

@Aggregate({ entities: [ActionEntity], handlers: [ActionHandlers], providers: [ActionRepository] })
export class ActionModule {}
