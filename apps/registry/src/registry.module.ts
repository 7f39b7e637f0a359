import { ServiceConfig } from '@skep/platform';
import { Module } from '@nestjs/common';
import { AppHandlers } from './app/app.handlers.js';
import { AppRepository } from './app/app.repository.js';
import { PublishReleaseStory } from './app/publish-release.js';
import { ExtensionHandlers } from './extension/extension.handlers.js';
import { ExtensionRepository } from './extension/extension.repository.js';
import { InstallStory } from './extension/install.js';
import { UninstallStory } from './extension/uninstall.js';
import { PersonHandlers } from './person/person.handlers.js';

export class RegistryConfig extends ServiceConfig {}

@Module({
  controllers: [AppHandlers, ExtensionHandlers, PersonHandlers],
  providers: [AppRepository, PublishReleaseStory, ExtensionRepository, InstallStory, UninstallStory],
})
export class RegistryModule {}
