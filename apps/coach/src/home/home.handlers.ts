import { revive } from '@skep/contracts';
import { BoardSummary, coach, type GetHome, type Home, PersonNotFound, type Readiness } from '@skep/contracts/coach';
import { as, type Ctx, Database, Handle, Handlers, statement } from '@skep/platform';
import { SUMMARY } from '../board/board.repository.js';

/** All of the screen in one statement. */
const HOME = statement(
  `select d.date::text as date, p.updated_at as person_at, to_jsonb(c) as readiness, c.created_at as check_in_at,
          to_jsonb(b) as latest_board, r.id as running
     from person p
     cross join lateral (select (now() at time zone coalesce(:tz, p.timezone))::date as date) d
     left join lateral (
       select id as check_in_id, mood, soreness, sleep_quality, created_at from check_in
        where tenant_id = :tenant and user_id = :user order by created_at desc limit 1
     ) c on (c.created_at at time zone coalesce(:tz, p.timezone))::date = d.date
     left join lateral (select ${SUMMARY} from board where tenant_id = :tenant and user_id = :user order by created_at desc, id desc limit 1) b on true
     left join lateral (select id from board where tenant_id = :tenant and user_id = :user and status = 'running' limit 1) r on true
    where p.tenant_id = :tenant and p.user_id = :user`,
  {
    ...{ date: 'text', person_at: 'timestamptz', check_in_at: 'timestamptz?', running: 'text?' },
    readiness: as<Readiness | null>('jsonb?'),
    latest_board: as<object | null>('jsonb?'),
  },
);

@Handlers()
export class HomeHandlers {
  constructor(private readonly db: Database) {}

  @Handle(coach.getHome)
  async getHome({ tenant, user }: Ctx, { tz }: GetHome): Promise<Home> {
    const row = await this.db.row(HOME, { tenant, user, tz });
    if (!row) throw PersonNotFound();
    const { date, readiness, running, person_at, check_in_at } = row;
    const latest_board = row.latest_board && revive(BoardSummary, row.latest_board);
    const changes = [person_at, check_in_at, latest_board?.created_at, latest_board?.ended_at].filter((at) => at instanceof Date);
    return {
      date,
      ...(readiness && { readiness }),
      ...(latest_board && { latest_board }),
      pending: { check_in: !readiness, board_id: running },
      connections: [],
      updated_at: new Date(Math.max(...changes.map(Number))),
    };
  }
}
