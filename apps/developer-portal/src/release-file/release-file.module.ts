import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { AppLifecycleModule } from '../app-lifecycle/app-lifecycle.module.js';
import { ExportRelease } from './export-release.js';
import { ImportRelease } from './import-release.js';
import { ReleaseFileHandlers } from './release-file.handlers.js';
import { ReleaseKeyEntity } from './release-key.entity.js';
import { ReleaseKeys } from './release-keys.js';

/** Releases as signed files, from and for other installations. */
@Aggregate({
  imports: [AppModule, AppLifecycleModule],
  entities: [ReleaseKeyEntity],
  handlers: [ReleaseFileHandlers],
  providers: [ReleaseKeys, ExportRelease, ImportRelease],
  calls: [registry.getRelease],
})
export class ReleaseFileModule {}
