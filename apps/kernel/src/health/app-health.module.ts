import { Aggregate, keep } from '@skep/platform';
import { AppHealthEntity } from './app-health.entity.js';
import { AppHealthHandlers } from './app-health.handlers.js';
import { AppHealth } from './app-health.js';

@Aggregate({
  entities: [AppHealthEntity],
  handlers: [AppHealthHandlers],
  providers: [AppHealth],
  retention: [keep(AppHealthEntity, '30 days', { after: 'checked_at' })],
  exports: [AppHealth],
})
export class AppHealthModule {}
