import { registry } from '@skep/contracts/registry';
import { type Env, runService, serve, type Service, ServiceConfig } from '@skep/platform';
import { AppModule } from './app/app.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { ConfigModule } from './config/config.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { ExtensionModule } from './extension/extension.module.js';
import { UserAutomationModule } from './user-automation/user-automation.module.js';

export const service: Service = {
  name: 'registry',
  contract: registry,
  config: ServiceConfig,
  modules: [AppModule, CatalogModule, ExtensionModule, ConfigModule, UserAutomationModule, ErasureModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
