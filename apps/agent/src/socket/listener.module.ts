import { runOperations } from '@skep/contracts';
import { agent } from '@skep/contracts/agent';
import { Aggregate, keep } from '@skep/platform';
import { ListenerEntity } from './listener.entity.js';
import { Listeners } from './listeners.js';
import { Notices } from './notices.js';
import { Show } from './show.js';
import { ShownEvents } from './shown-events.js';

@Aggregate({
  entities: [ListenerEntity],
  providers: [Listeners, Notices, Show, ShownEvents],
  exports: [Listeners, Notices, Show, ShownEvents],
  // It reads the events of its own runs.
  calls: [runOperations('agent').getRun],
  listens: [agent.listenersChanged],
  retention: [keep(ListenerEntity, '7 days', { after: 'created_at' })],
})
export class ListenerModule {}
