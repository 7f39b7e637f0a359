import { models } from '@skep/contracts/models';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { CompletionModule } from './completion/completion.module.js';
import { EmbeddingModule } from './embedding/embedding.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { ModelsConfig } from './models.config.js';
import { SettingsModule } from './settings/settings.module.js';
import { TranscriptionModule } from './transcription/transcription.module.js';
import { UsageModule } from './usage/usage.module.js';

export const service: Service = {
  name: 'models',
  contract: models,
  config: ModelsConfig,
  modules: [CompletionModule, EmbeddingModule, TranscriptionModule, SettingsModule, UsageModule, ErasureModule],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
