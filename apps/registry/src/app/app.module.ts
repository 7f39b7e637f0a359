import { Aggregate } from '@skep/platform';
import { CatalogModule } from '../catalog/catalog.module.js';
import { AppEntity } from './app.entity.js';
import { AppHandlers } from './app.handlers.js';
import { AppRepository } from './app.repository.js';
import { ApprovalEntity } from './approval.entity.js';
import { CallableAppChanges } from './callable-app-changes.js';
import { PublishRelease } from './publish-release.js';
import { ReleaseEntity } from './release.entity.js';

@Aggregate({
  imports: [CatalogModule],
  entities: [AppEntity, ReleaseEntity, ApprovalEntity],
  handlers: [AppHandlers],
  providers: [AppRepository, PublishRelease, CallableAppChanges],
  exports: [CallableAppChanges, AppRepository],
})
export class AppModule {}
