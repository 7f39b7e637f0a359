import { Forbidden, InvalidInput } from '@skep/contracts';
import { CHAT_TEXT_BYTES_MAX, type InjectChat, kernel } from '@skep/contracts/kernel';
import { commitWithAnswer, type Ctx, Database, extensionOf, Handle, Handlers, tenantOf } from '@skep/platform';
import { CallableApps } from '../call/callable-apps.js';
import { FeedRepository } from '../feed/feed.repository.js';
import { newId } from '../id.js';

@Handlers()
export class ChatHandlers {
  constructor(
    private readonly db: Database,
    private readonly feed: FeedRepository,
    private readonly apps: CallableApps,
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

  private send(ctx: Ctx, input: InjectChat, type: string, id: string, data: object): Promise<string> {
    const { ext_id, user_id } = input;
    const payload = { ...data, scope: ext_id, action: type, id, actor: ext_id, data };
    return this.feed.add({ tenant_id: tenantOf(ctx, input), user_id, type, payload });
  }
}

/** @throws Problem `invalid_input` */
function assertHasContent({ text, refresh_panels }: InjectChat): void {
  const fault = (msg: string, type: string) => InvalidInput([{ loc: ['text'], msg, type }]);
  if (!text && !refresh_panels?.length) throw fault('Send a text, refresh_panels or both', 'missing');
  if (Buffer.byteLength(text) > CHAT_TEXT_BYTES_MAX) throw fault('The text is larger than 64 KiB: send less', 'too_long');
}
