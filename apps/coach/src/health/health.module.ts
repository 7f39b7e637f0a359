import { connections } from '@skep/contracts/connections';
import { Aggregate, keepForEver, Outbound } from '@skep/platform';
import { ActivityEntity } from './activity.entity.js';
import { DailyFigureEntity } from './daily-figure.entity.js';
import { HealthEventsHandlers } from './health-events.handlers.js';
import { HealthHandlers } from './health.handlers.js';
import { HealthRepository } from './health.repository.js';
import { HealthSourceEntity } from './health-source.entity.js';
import { MirrorEntity } from './mirror.entity.js';
import { ReadProvider } from './read-provider.js';
import { SleepEntity } from './sleep.entity.js';
import { SourcesRepository } from './sources.repository.js';
import { SyncHandlers } from './sync.handlers.js';
import { VendorApi } from './vendor-api.js';

const TABLES = [HealthSourceEntity, ActivityEntity, SleepEntity, DailyFigureEntity, MirrorEntity];

@Aggregate({
  entities: TABLES,
  handlers: [HealthHandlers, HealthEventsHandlers, SyncHandlers],
  providers: [
    HealthRepository,
    ReadProvider,
    SourcesRepository,
    VendorApi,
    // Only addresses of the operator are asked.
    { provide: Outbound, useFactory: () => new Outbound('') },
  ],
  exports: [HealthRepository, SourcesRepository],
  calls: [connections.getHealthDelivery, connections.healthToken, connections.noteHealthSync, connections.renewHealthToken],
  outgoing: ['health providers: Garmin, Oura, Strava, WHOOP'],
  retention: TABLES.map((table) => keepForEver(table, 'until the user is erased')),
})
export class HealthModule {}
