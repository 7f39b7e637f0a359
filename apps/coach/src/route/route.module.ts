import { Aggregate, keep, keepUntil, LOG, type Log } from '@skep/platform';
import { CoachConfig } from '../coach.config.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { VendorClient } from '../outbound/vendor-client.js';
import { openEngine, ROUTING_ENGINE } from './engines/open-engine.js';
import { ImportRoute } from './import-route.js';
import { RoutePlanner } from './route-planner.js';
import { RouteEntity } from './route.entity.js';
import { RouteHandlers } from './route.handlers.js';
import { RouteRepository } from './route.repository.js';

@Aggregate({
  imports: [OutboundModule],
  entities: [RouteEntity],
  handlers: [RouteHandlers],
  providers: [
    RouteRepository,
    RoutePlanner,
    ImportRoute,
    {
      provide: ROUTING_ENGINE,
      inject: [CoachConfig, VendorClient, LOG],
      useFactory: (config: CoachConfig, outbound: VendorClient, log: Log) => openEngine(config, outbound, log),
    },
  ],
  exports: [RouteRepository],
  retention: [
    keepUntil(RouteEntity, 'after `changed_at`; then its content is removed', { by: 'expire_routes', period: { days: 'SKEP_ROUTE_DAYS' } }),
    keep(RouteEntity, '90 days', { after: 'gone_at', where: 'gone_at is not null' }),
  ],
  outgoing: ['a routing engine'],
})
export class RouteModule {}
