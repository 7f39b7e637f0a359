import { channels, InboxMessageNotFound, type MessageNoted } from '@skep/contracts/channels';
import { Problem } from '@skep/contracts';
import { Bus, type Ctx, newCtx, type Run, runKind, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Happenings } from './happenings.js';

type MessageHappening = 'message.received' | 'message.sent';
export interface NoteInput {
  type: MessageHappening;
  message_id: string;
}

/** Notes what was written in a chat, which its event does not contain. */
export const NOTE_MESSAGE = runKind<NoteInput>('happening.message', { retries: 100 });

const TEXT_MAX = 4_000;

/** Messages of chats on other networks, for rules. */
@Injectable()
export class ChatMessages {
  constructor(
    private readonly bus: Bus,
    private readonly runs: Runs,
    private readonly happenings: Happenings,
  ) {}

  async start(
    { trace }: Pick<Ctx, 'trace'>,
    type: MessageHappening,
    { tenant_id: tenant, user_id: user, message_id }: MessageNoted,
  ): Promise<void> {
    const ctx = newCtx({ tenant, user, actor: 'service:automation', trace });
    await this.runs.start(NOTE_MESSAGE, ctx, { type, message_id }, { key: `${type} ${message_id}` });
  }

  async note(run: Run, { type, message_id }: NoteInput): Promise<void> {
    const data = await run.step('read', ({ ctx }) => this.read(ctx, message_id));
    if (data) await run.commit('note', ({ ctx }) => this.happenings.note(ctx, type, data));
  }

  /** Null if its person has deleted it. */
  private async read(ctx: Ctx, message_id: string): Promise<Record<string, unknown> | null> {
    try {
      const message = await this.bus.call(channels.getInboxMessage, { ...ctx, deadline: Date.now() + 10_000 }, { message_id });
      const { channel, session_id, sender_id, sender, content } = message;
      return { channel, message_id, session_id, sender_id, sender, text: content.slice(0, TEXT_MAX).toWellFormed() };
    } catch (error) {
      if (error instanceof Problem && error.body.code === InboxMessageNotFound.code) return null;
      throw error;
    }
  }
}
