import {
  type Board,
  type BoardCard,
  type BoardList,
  BoardNotFound,
  type BoardReply,
  BoardSummary,
  type ListBoards,
} from '@skep/contracts/coach';
import { as, type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BoardReplyEntity } from './board-reply.entity.js';
import { BOARD_MS } from './board-run.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** A board with its cards. */
export type FoundBoard = BoardSummary & { cards: BoardCard[] };

const REPLIES = 100;
/** A board that is older than its run may be has failed. */
export const STATUS = `case when status = 'running' and created_at < now() - interval '${BOARD_MS} ms' then 'failed' else status end`;
export const SUMMARY = `id, kind, activity_id, day::text as day, ${STATUS} as status, jsonb_array_length(cards) as card_count, created_at, ended_at`;
const MINE = 'tenant_id = :tenant and user_id = :user';
const BOARDS = defineList(
  {
    select: SUMMARY,
    from: 'board',
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
  },
  BoardSummary,
);
const FIND = statement(`select ${SUMMARY}, cards from board where id = :id and ${MINE}`, BoardSummary, { cards: as<BoardCard[]>('jsonb') });
const ADD_CARD = statement(`update board set cards = cards || :card::jsonb where id = :id and ${MINE}`);
const END = statement(`update board set status = :status, ended_at = now() where id = :id and ${MINE} and status = 'running'`);

/** The boards of people. */
@Injectable()
export class BoardRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `board_not_found`, also for those of others */
  async find({ tenant, user }: Owner, id: string): Promise<FoundBoard> {
    const board = await this.db.row(FIND, { id, tenant, user });
    if (!board) throw BoardNotFound();
    return board;
  }

  /** @throws Problem `board_not_found`, also for those of others */
  async read(owner: Owner, id: string): Promise<Board> {
    const board = await this.find(owner, id);
    const replies = await this.db
      .repository(BoardReplyEntity)
      .find({ where: { board_id: id }, order: { created_at: 'desc' }, take: REPLIES });
    return { ...board, replies: replies.reverse() satisfies BoardReply[] };
  }

  async list({ tenant, user }: Owner, { kind, ...paging }: ListBoards): Promise<BoardList> {
    const where = [MINE, kind !== undefined && 'kind = :kind'];
    const { rows, has_more, cursorAt } = await this.db.page(BOARDS, { order: 'newest', where, values: { tenant, user, kind } }, paging);
    return { items: rows, next_cursor: has_more ? cursorAt!(rows.length - 1) : null };
  }

  async addCard({ tenant, user }: Owner, id: string, card: BoardCard): Promise<void> {
    await this.db.rows(ADD_CARD, { id, tenant, user, card: JSON.stringify([card]) });
  }

  async end({ tenant, user }: Owner, id: string, status: 'completed' | 'failed'): Promise<void> {
    await this.db.rows(END, { id, tenant, user, status });
  }
}
