import { ServiceConfig } from '@skep/platform';
import { Module } from '@nestjs/common';
import { AppHandlers } from './app/app.handlers.js';
import { AppRepository } from './app/app.repository.js';
import { PublishRelease } from './app/publish-release.js';
import { ExtensionHandlers } from './extension/extension.handlers.js';
import { ExtensionRepository } from './extension/extension.repository.js';
import { InstallApp } from './extension/install-app.js';
import { UninstallApp } from './extension/uninstall-app.js';
import { ErasureHandlers } from './erasure/erasure.handlers.js';

export class RegistryConfig extends ServiceConfig {}

@Module({
  controllers: [AppHandlers, ExtensionHandlers, ErasureHandlers],
  providers: [AppRepository, PublishRelease, ExtensionRepository, InstallApp, UninstallApp],
})
export class RegistryModule {}
