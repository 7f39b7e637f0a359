import { Aggregate, keepForEver } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { ConfigEntity } from './config.entity.js';
import { ConfigHandlers } from './config.handlers.js';
import { ConfigRepository } from './config.repository.js';

@Aggregate({
  imports: [AppModule],
  entities: [ConfigEntity],
  handlers: [ConfigHandlers],
  providers: [ConfigRepository],
  retention: [keepForEver(ConfigEntity, 'one row per scope; that of a user until they are erased')],
})
export class ConfigModule {}
