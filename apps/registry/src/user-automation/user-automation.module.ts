import { auth } from '@skep/contracts/auth';
import { Aggregate, keepForEver } from '@skep/platform';
import { UserAutomationEntity } from './user-automation.entity.js';
import { UserAutomationHandlers } from './user-automation.handlers.js';

@Aggregate({
  entities: [UserAutomationEntity],
  handlers: [UserAutomationHandlers],
  calls: [auth.describeUser],
  retention: [keepForEver(UserAutomationEntity, 'at most 200 per user, until they are replaced or the user is erased')],
})
export class UserAutomationModule {}
