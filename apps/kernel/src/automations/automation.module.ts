import { Aggregate } from '@skep/platform';
import { AutomationEntity } from './automation.entity.js';
import { AutomationHandlers } from './automation.handlers.js';
import { AutomationRepository } from './automation.repository.js';

@Aggregate({ entities: [AutomationEntity], handlers: [AutomationHandlers], providers: [AutomationRepository] })
export class AutomationModule {}
