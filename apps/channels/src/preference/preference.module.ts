import { Aggregate, keepForEver } from '@skep/platform';
import { PreferenceEntity } from './preference.entity.js';
import { PreferenceHandlers } from './preference.handlers.js';
import { PreferenceRepository } from './preference.repository.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

@Aggregate({
  entities: [PreferenceEntity],
  handlers: [PreferenceHandlers],
  providers: [PreferenceRepository, UnsubscribeLinks],
  retention: [keepForEver(PreferenceEntity, 'one row per user, until they are erased')],
  exports: [PreferenceRepository, UnsubscribeLinks],
})
export class PreferenceModule {}
