import { Aggregate, keep } from '@skep/platform';
import { HealthModule } from '../health/health.module.js';
import { ProviderModule } from '../provider/provider.module.js';
import { VisitorGrantEntity } from './visitor-grant.entity.js';
import { VisitorGrantRepository } from './visitor-grant.repository.js';
import { VisitorHandlers } from './visitor.handlers.js';

@Aggregate({
  imports: [HealthModule, ProviderModule],
  entities: [VisitorGrantEntity],
  handlers: [VisitorHandlers],
  providers: [VisitorGrantRepository],
  retention: [keep(VisitorGrantEntity, '1 hour', { after: 'expires_at' })],
})
export class VisitorModule {}
