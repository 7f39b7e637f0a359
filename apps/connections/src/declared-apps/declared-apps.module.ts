import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { DeclaredApps } from './declared-apps.js';

@Aggregate({
  providers: [DeclaredApps],
  exports: [DeclaredApps],
  calls: [registry.resolveDeclarations],
  listens: [registry.callableAppChanged],
})
export class DeclaredAppsModule {}
