import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { DisabledExtensionEntity } from './disabled-extension.entity.js';
import { ExtensionHandlers } from './extension.handlers.js';
import { ExtensionRepository } from './extension.repository.js';
import { InstallApp } from './install-app.js';
import { InstallEntity } from './install.entity.js';
import { ListAccess } from './list-access.js';
import { PurgeHandlers } from './purge.handlers.js';
import { UninstallApp } from './uninstall-app.js';

@Aggregate({
  imports: [AppModule],
  entities: [InstallEntity, DisabledExtensionEntity],
  handlers: [ExtensionHandlers, PurgeHandlers],
  providers: [ExtensionRepository, InstallApp, UninstallApp, ListAccess],
  exports: [UninstallApp],
  calls: [auth.describeUser],
})
export class ExtensionModule {}
