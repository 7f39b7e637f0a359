import { Aggregate, keepForEver } from '@skep/platform';
import { ProviderModule } from '../provider/provider.module.js';
import { ProviderHandlers } from './provider.handlers.js';
import { ProviderList } from './provider-list.js';
import { SettingsEntity } from './settings.entity.js';
import { SettingsHandlers } from './settings.handlers.js';
import { SettingsRepository } from './settings.repository.js';

@Aggregate({
  entities: [SettingsEntity],
  imports: [ProviderModule],
  handlers: [SettingsHandlers, ProviderHandlers],
  providers: [ProviderList, SettingsRepository],
  exports: [ProviderList, SettingsRepository],
  retention: [keepForEver(SettingsEntity, 'until changed, or until their user is erased')],
})
export class SettingsModule {}
