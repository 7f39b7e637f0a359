import { Aggregate, keep } from '@skep/platform';
import { HeyloEventEntity } from './heylo-event.entity.js';
import { HeyloHandlers } from './heylo.handlers.js';

@Aggregate({
  entities: [HeyloEventEntity],
  handlers: [HeyloHandlers],
  retention: [keep(HeyloEventEntity, '30 days', { after: 'received_at' })],
})
export class HeyloModule {}
