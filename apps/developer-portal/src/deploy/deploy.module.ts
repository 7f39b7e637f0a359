import { kernel } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { DeployEntity } from './deploy.entity.js';
import { DeployHandlers } from './deploy.handlers.js';
import { DeployRepository } from './deploy.repository.js';
import { RecordDeploy } from './record-deploy.js';
import { ReleaseManifest } from './release-manifest.js';
import { Releases } from './releases.js';
import { RunDeploy } from './run-deploy.js';

@Aggregate({
  imports: [AppModule],
  entities: [DeployEntity],
  handlers: [DeployHandlers],
  providers: [DeployRepository, Releases, ReleaseManifest, RecordDeploy, RunDeploy],
  exports: [DeployRepository, Releases, ReleaseManifest],
  calls: [kernel.checkIr, kernel.readMcpServer, registry.publishRelease],
})
export class DeployModule {}
