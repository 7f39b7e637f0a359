import { Forbidden, InvalidInput } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { CHAT_TEXT_BYTES_MAX, type HubMessage, type InjectChat, kernel } from '@skep/contracts/kernel';
import { Bus, commitWithAnswer, type Ctx, Database, extensionOf, Handle, Handlers, tenantOf, traceId } from '@skep/platform';
import { CallableApps } from '../call/callable-apps.js';
import { FeedRepository } from '../feed/feed.repository.js';
import { newId } from '../id.js';

/** The scope of events of a user's hub. */
const HUB = 'skep-hub';

@Handlers()
export class ChatHandlers {
  constructor(
    private readonly db: Database,
    private readonly feed: FeedRepository,
    private readonly apps: CallableApps,
    private readonly bus: Bus,
  ) {}

  /** An app speaks for itself to a user who has it. A service speaks for any app. */
  @Handle(kernel.injectChat)
  async injectChat(ctx: Ctx, input: InjectChat) {
    const { ext_id, user_id, text, refresh_panels = [] } = input;
    const isApp = extensionOf(ctx) !== undefined;
    if ((ctx.user || isApp) && ctx.user !== user_id) throw Forbidden('user_id must be that of the acting user.');
    assertHasContent(input);
    if (isApp) await this.apps.find(ctx, ext_id);
    return commitWithAnswer(this.db, async () => {
      const message_id = text ? newId('msg') : null;
      if (message_id) await this.send(ctx, input, 'chat_message', message_id, { message_id, text, msg_type: input.msg_type });
      if (refresh_panels.length) await this.send(ctx, input, 'panel_refresh', ext_id, { panels: refresh_panels });
      return { status: 'sent', message_id };
    });
  }

  /** Only for a user of the caller's tenant. */
  @Handle(kernel.sendHubMessage)
  async sendHubMessage(ctx: Ctx, { user_id, content, context }: HubMessage) {
    assertSize('content', content);
    const { tenant: tenant_id } = ctx;
    await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, { user_id, tenant_id });
    return commitWithAnswer(this.db, async () => {
      const message_id = newId('msg');
      const data = { message_id, text: content, msg_type: 'response', context };
      const payload = { ...data, scope: HUB, action: 'chat_message', id: message_id, actor: ctx.user || ctx.actor, data };
      await this.feed.add({ tenant_id, user_id, type: 'chat_message', payload, trace_id: traceId(ctx) });
      return { status: 'signaled', namespace: HUB, workflow_id: `personal-${user_id}`, message_id };
    });
  }

  private send(ctx: Ctx, input: InjectChat, type: string, id: string, data: object): Promise<string> {
    const { ext_id, user_id } = input;
    const payload = { ...data, scope: ext_id, action: type, id, actor: ext_id, data };
    return this.feed.add({ tenant_id: tenantOf(ctx, input), user_id, type, payload, trace_id: traceId(ctx) });
  }
}

/** @throws Problem `invalid_input` */
function assertHasContent({ text, refresh_panels }: InjectChat): void {
  if (!text && !refresh_panels?.length) throw faultOf('text', 'Send a text, refresh_panels or both', 'missing');
  assertSize('text', text);
}

/** @throws Problem `invalid_input` */
function assertSize(field: string, text: string): void {
  if (Buffer.byteLength(text) > CHAT_TEXT_BYTES_MAX) throw faultOf(field, 'The text is larger than 64 KiB: send less', 'too_long');
}

const faultOf = (field: string, msg: string, type: string) => InvalidInput([{ loc: [field], msg, type }]);
