import { connections } from '@skep/contracts/connections';
import { Aggregate, keep } from '@skep/platform';
import { OutboundModule } from '../outbound/outbound.module.js';
import { RouteModule } from '../route/route.module.js';
import { FinishSend } from './finish-send.js';
import { GarminCourses } from './garmin-courses.js';
import { GarminTokens } from './garmin-tokens.js';
import { RouteSendEntity } from './route-send.entity.js';
import { RouteSendHandlers } from './route-send.handlers.js';
import { RouteSendRepository } from './route-send.repository.js';
import { SendCourse } from './send-course.js';
import { SendOfPerson } from './send-of-person.js';
import { StartSend } from './start-send.js';

@Aggregate({
  imports: [OutboundModule, RouteModule],
  entities: [RouteSendEntity],
  handlers: [RouteSendHandlers],
  providers: [FinishSend, GarminCourses, GarminTokens, RouteSendRepository, SendCourse, SendOfPerson, StartSend],
  retention: [keep(RouteSendEntity, '30 days', { after: 'created_at' })],
  calls: [
    ...[connections.startVisitorGrant, connections.finishVisitorGrant, connections.visitorToken, connections.dropVisitorGrant],
    ...[connections.healthToken, connections.renewHealthToken],
  ],
  outgoing: ['Garmin Connect'],
})
export class RouteSendModule {}
