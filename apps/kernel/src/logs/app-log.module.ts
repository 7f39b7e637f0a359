import { registry } from '@skep/contracts/registry';
import { Aggregate, keep } from '@skep/platform';
import { AppLogEntity } from './app-log.entity.js';
import { AppLogHandlers } from './app-log.handlers.js';
import { AppLogs } from './app-logs.js';

@Aggregate({
  entities: [AppLogEntity],
  handlers: [AppLogHandlers],
  providers: [AppLogs],
  exports: [AppLogs],
  retention: [keep(AppLogEntity, '7 days', { after: 'created_at' })],
  calls: [registry.getAppDeveloper],
})
export class AppLogModule {}
