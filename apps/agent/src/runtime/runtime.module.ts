import { models } from '@skep/contracts/models';
import { Aggregate, keepForEver } from '@skep/platform';
import { RuntimeHandlers } from './runtime.handlers.js';
import { RuntimeRepository } from './runtime.repository.js';
import { RuntimeSettingEntity } from './runtime-setting.entity.js';

@Aggregate({
  entities: [RuntimeSettingEntity],
  handlers: [RuntimeHandlers],
  providers: [RuntimeRepository],
  exports: [RuntimeRepository],
  calls: [models.getModelPreferences, models.setDefaultModel, models.setDefaultProvider],
  retention: [keepForEver(RuntimeSettingEntity, 'until their user is erased')],
})
export class RuntimeModule {}
