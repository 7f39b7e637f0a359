import {
  type BoardRef,
  BoardStreamGone,
  CardNotFound,
  coach,
  type ListBoards,
  type RateBoard,
  type ReplyToBoard as Reply,
  type ResumeBoard,
  type StreamBoard,
} from '@skep/contracts/coach';
import { type Ctx, Database, Handle, Handlers, Runs, statement } from '@skep/platform';
import { randomUUID } from 'node:crypto';
import { BoardRepository } from './board.repository.js';
import { runOf } from './board-run.js';
import { ReplyToBoard } from './reply-to-board.js';
import { StartBoard } from './start-board.js';

const RATE = statement(
  `insert into board_rating (id, tenant_id, user_id, board_id, card_id, rating, reasons, comment)
   values (:id, :tenant, :user, :board_id, :card_id, :rating, :reasons, :comment)
   on conflict (board_id, card_id) do update set rating = excluded.rating, reasons = excluded.reasons, comment = excluded.comment,
          updated_at = now() returning id`,
  { id: 'text' },
);

@Handlers()
export class BoardHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly boards: BoardRepository,
    private readonly start: StartBoard,
    private readonly reply: ReplyToBoard,
  ) {}

  @Handle(coach.streamBoard)
  async streamBoard(ctx: Ctx, input: StreamBoard) {
    return { run_id: await this.start.run(ctx, input) };
  }

  /** The gateway continues the stream where the client is. */
  @Handle(coach.resumeBoard)
  async resumeBoard(ctx: Ctx, { board_id }: ResumeBoard) {
    const { id } = await this.boards.find(ctx, board_id);
    const run_id = runOf(id);
    if (!(await this.runs.find(run_id))) throw BoardStreamGone(undefined, undefined, { board_id });
    return { run_id };
  }

  @Handle(coach.listBoards)
  listBoards(ctx: Ctx, input: ListBoards) {
    return this.boards.list(ctx, input);
  }

  @Handle(coach.getBoard)
  getBoard(ctx: Ctx, { board_id }: BoardRef) {
    return this.boards.read(ctx, board_id);
  }

  @Handle(coach.replyToBoard)
  replyToBoard(ctx: Ctx, input: Reply) {
    return this.reply.run(ctx, input);
  }

  @Handle(coach.rateBoard)
  async rateBoard(ctx: Ctx, { board_id, card_id = '', rating, reasons = [], comment }: RateBoard) {
    const { cards } = await this.boards.find(ctx, board_id);
    if (card_id && !cards.some((card) => card.card_id === card_id)) throw CardNotFound();
    const { tenant, user } = ctx;
    const id = `fbk_${randomUUID().replaceAll('-', '')}`;
    return (await this.db.row(RATE, { id, tenant, user, board_id, card_id, rating, reasons, comment: comment ?? null }))!;
  }
}
