import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { SettingsHandlers } from './settings.handlers.js';
import { UserSettingsEntity } from './user-settings.entity.js';
import { UserSettingsRepository } from './user-settings.repository.js';

@Aggregate({
  entities: [UserSettingsEntity],
  handlers: [SettingsHandlers],
  providers: [UserSettingsRepository],
  exports: [UserSettingsRepository],
  calls: [auth.describeUser],
})
export class SettingsModule {}
