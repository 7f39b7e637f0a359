import { read } from '@skep/contracts';
import { type ChannelName, channels, type ConfirmReferences, MessageReference } from '@skep/contracts/channels';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { ChatMessageRepository } from './chat-message.repository.js';

/** What chat networks call messages that were sent, as those say who send them. */
@Handlers()
export class ReferenceHandlers {
  constructor(
    private readonly db: Database,
    private readonly messages: ChatMessageRepository,
  ) {}

  @Handle(channels.confirmReferences)
  async confirmReferences(_: Ctx, { references, ...single }: ConfirmReferences) {
    const given = references ?? [read(MessageReference, single)];
    await this.db.acrossTenants(() => this.db.transaction(() => this.confirm(given)));
    return { confirmed: given.length };
  }

  private async confirm(references: readonly MessageReference[]): Promise<void> {
    for (const { channel, conversation_id, internal_message_id: id, external_message_id: vendor_id } of references)
      await this.messages.confirmReference({ id, conversation_id, channel: ofInstallation(channel), vendor_id });
  }
}

/** Others than people send at the number of the installation only. */
const ofInstallation = (channel: string): ChannelName | '' => (channel === 'whatsapp' ? 'coach' : '');
