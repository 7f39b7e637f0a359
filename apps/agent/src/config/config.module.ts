import { models } from '@skep/contracts/models';
import { Aggregate } from '@skep/platform';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { SkillModule } from '../skills/skill.module.js';
import { ConfigHandlers } from './config.handlers.js';

@Aggregate({ imports: [RuntimeModule, SkillModule], handlers: [ConfigHandlers], calls: [models.listProviders] })
export class ConfigModule {}
