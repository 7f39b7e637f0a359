import { Problem } from '@skep/contracts';
import type { KeptReply, ReplyToBoard as Reply, SaidPart } from '@skep/contracts/coach';
import { type Ctx, Database, LOG, type Log, sendPart } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AskModel } from '../model/ask-model.js';
import { Sources } from '../source/sources.js';
import { BoardContext } from './board-context.js';
import { BoardReplyEntity } from './board-reply.entity.js';
import { BoardRepository, type FoundBoard } from './board.repository.js';
import { replyQuestion } from './prompts.js';

const ANSWER_MS = 30_000;

/** Keeps what a person says about a board, and lets the coach answer. */
@Injectable()
export class ReplyToBoard {
  constructor(
    private readonly db: Database,
    private readonly boards: BoardRepository,
    private readonly sources: Sources,
    private readonly context: BoardContext,
    private readonly model: AskModel,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `board_not_found` */
  async run(ctx: Ctx, { board_id, text, client_message_id }: Reply): Promise<KeptReply> {
    const board = await this.boards.find(ctx, board_id);
    const { id, isNew } = await this.db.transaction(async () => {
      const written = await this.sources.write(ctx, { source: 'board_reply', parent: board_id, client_message_id, text });
      const { tenant: tenant_id, user: user_id } = ctx;
      if (written.isNew) await this.rows().insert({ id: written.id, tenant_id, user_id, board_id, text });
      return written;
    });
    const kept = { id, created: isNew };
    const { reply, text: said } = await this.rows().findOneByOrFail({ id });
    const answer = reply ?? (await this.answer(ctx, id, board, said));
    return { ...kept, ...(answer !== undefined && { reply: answer }) };
  }

  /** Undefined if the model does not answer. Repeated, it is asked again, and its answer charged once. */
  private async answer(ctx: Ctx, id: string, board: FoundBoard, said: string): Promise<string | undefined> {
    try {
      const data = await this.context.read(ctx, board);
      const asking = { ...ctx, idempotencyKey: `${id}/reply`, deadline: Math.min(ctx.deadline, Date.now() + ANSWER_MS) };
      const answer = await this.model.stream(asking, replyQuestion(data, board.cards, said), (text) =>
        sendPart({ text } satisfies SaidPart),
      );
      await this.rows().update({ id }, { reply: answer });
      return answer;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.log.info({ error }, 'a reply to a board was not answered');
      return undefined;
    }
  }

  private rows() {
    return this.db.repository(BoardReplyEntity);
  }
}
