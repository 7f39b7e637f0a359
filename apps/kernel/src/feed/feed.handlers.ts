import { InvalidInput } from '@skep/contracts';
import { kernel, type PublishEvent, type ReadFeed } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers, tenantOf, traceId } from '@skep/platform';
import { FeedRepository } from './feed.repository.js';

const PAYLOAD_BYTES_MAX = 64 * 1024;

@Handlers()
export class FeedHandlers {
  constructor(private readonly feed: FeedRepository) {}

  /** The type is `scope.action`, or the one of the two that is given. The payload of an event without a scope also has the fields of `data`. */
  @Handle(kernel.publishEvent)
  async publishEvent(ctx: Ctx, input: PublishEvent) {
    const { scope, action, id, actor, user_id, data = {} } = input;
    const type = [scope, action].filter(Boolean).join('.');
    if (!type) throw InvalidInput([{ loc: ['action'], msg: 'The event has no type: send scope, action or both', type: 'missing' }]);
    const payload = { ...(!scope && data), scope, action, id, actor, data };
    if (Buffer.byteLength(JSON.stringify(payload)) > PAYLOAD_BYTES_MAX)
      throw InvalidInput([{ loc: ['data'], msg: 'The event is larger than 64 KiB: send less data', type: 'too_long' }]);
    const event_id = await this.feed.add({
      tenant_id: tenantOf(ctx, input),
      user_id: user_id || null,
      type,
      payload,
      trace_id: traceId(ctx),
    });
    return { event_id, status: 'published' };
  }

  @Handle(kernel.readFeed)
  readFeed(_: Ctx, input: ReadFeed) {
    return this.feed.read(input);
  }

  @Handle(kernel.getEventStats)
  getEventStats() {
    return this.feed.getStats();
  }
}
