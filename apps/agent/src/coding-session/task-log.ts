import type { Ctx, Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { ShownEvents } from '../socket/shown-events.js';
import type { OpenRequest } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { queuedFrame } from './frames.js';
import { Instructions } from './instructions.js';
import { Requests } from './requests.js';

/** What a task writes down: its open request, and the instructions that it receives. */
@Injectable()
export class TaskLog {
  constructor(
    private readonly sessions: CodingSessionRepository,
    private readonly requests: Requests,
    private readonly instructions: Instructions,
    private readonly conversations: ConversationRepository,
    private readonly events: ShownEvents,
  ) {}

  /** The last message of the run log. */
  last(): Promise<number> {
    return this.events.last();
  }

  /** Whether an earlier attempt has shown a request. */
  async hasShown(run_id: string, after: number, type: string, req_id: string): Promise<boolean> {
    const events = await this.events.readAfter(run_id, after);
    return events.some((event) => event.type === type && (event.data as { req_id?: string }).req_id === req_id);
  }

  /** In the current transaction. @returns the number of the answer to wait for */
  open({ id, ctx }: Run, session_id: string, request: Omit<OpenRequest, 'since'>): Promise<number> {
    return this.requests.open(ctx, id, session_id, { ...request, since: new Date().toISOString() });
  }

  /** In the current transaction. */
  giveUp({ id, ctx }: Run, session_id: string): Promise<void> {
    return this.requests.giveUp(ctx, id, session_id);
  }

  /** Takes the instructions that have come meanwhile, once. @param isLast it receives no more, if there are none */
  hear(run: Run, session_id: string, name: string, isLast: boolean): Promise<string[]> {
    return run.commit(name, async (step) => {
      const session = await this.sessions.lock(run.ctx, session_id);
      const taken = await this.instructions.take(session, 'task');
      for (const told of taken) {
        await this.addToThread(run.ctx, session.conversation_id, told.text, told.surface);
        if (!told.is_shown) this.show(step, queuedFrame('task_queued', run.id, told));
        this.show(step, queuedFrame('task_dequeued', run.id, told));
      }
      if (isLast && !taken.length && session.run_id === run.id) await this.sessions.update(session, { hears: false });
      return taken.map(({ text }) => text);
    });
  }

  private addToThread(ctx: Ctx, conversation_id: string, content: string, surface: string) {
    return this.conversations.add(ctx, conversation_id, { role: 'user', content, metadata: { surface } });
  }

  private show(step: { emit(type: string, data: object): void }, frame: { type: string }): void {
    step.emit(frame.type, frame);
  }
}
