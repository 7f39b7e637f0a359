import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AdministrationModule } from '../administration/administration.module.js';
import { AppModule } from '../app/app.module.js';
import { AppLifecycleModule } from '../app-lifecycle/app-lifecycle.module.js';
import { DeployModule } from '../deploy/deploy.module.js';
import { AppSettingsHandlers } from './app-settings.handlers.js';
import { RegisterApp } from './register-app.js';
import { RegisteredAppHandlers } from './registered-app.handlers.js';
import { RegisteredAppRepository } from './registered-app.repository.js';
import { SyncTools } from './sync-tools.js';
import { ToolHandlers } from './tool.handlers.js';
import { UpdateRegisteredApp } from './update-registered-app.js';

/** Apps as the clients of the registry see and change them: records, tools and settings. */
@Aggregate({
  imports: [AppModule, AdministrationModule, AppLifecycleModule, DeployModule],
  handlers: [RegisteredAppHandlers, ToolHandlers, AppSettingsHandlers],
  providers: [RegisteredAppRepository, RegisterApp, UpdateRegisteredApp, SyncTools],
  calls: [registry.resolveConfig, registry.updateConfig],
})
export class RegisteredAppModule {}
