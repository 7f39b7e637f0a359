import { revive } from '@skep/contracts';
import {
  BoardSummary,
  coach,
  type GetHome,
  type Home,
  HomeConnection,
  PersonNotFound,
  type Readiness,
  UserEvent,
} from '@skep/contracts/coach';
import { as, type Ctx, Database, Handle, Handlers, statement } from '@skep/platform';
import { STATUS, SUMMARY } from '../board/board.repository.js';
import type { RaceEntity } from '../race/race.entity.js';
import { toSummary } from '../race/race-row.js';
import { greetingOf } from './greeting.js';

const MINE = 'tenant_id = :tenant and user_id = :user';
/** All of the screen in one statement. */
const HOME = statement(
  `select d.date::text as date, d.hour, p.display_name, p.locale, p.updated_at as person_at, to_jsonb(c) as readiness, c.created_at as check_in_at,
          to_jsonb(b) as board, r.id as running, to_jsonb(u) as event, to_jsonb(race) as race, h.connections, h.changed_at as connections_at
     from person p
     cross join lateral (
       select at::date as date, extract(hour from at)::int4 as hour from (select now() at time zone coalesce(:tz, p.timezone) as at) t
     ) d
     left join lateral (
       select id as check_in_id, mood, soreness, sleep_quality, created_at from check_in where ${MINE} order by created_at desc limit 1
     ) c on (c.created_at at time zone coalesce(:tz, p.timezone))::date = d.date
     left join lateral (select ${SUMMARY} from board where ${MINE} order by created_at desc, id desc limit 1) b on true
     left join lateral (select id from board where ${MINE} and status = 'running' and ${STATUS} = 'running' limit 1) r on true
     left join lateral (select * from user_event where ${MINE} and status = 'active') u on true
     left join race on race.id = u.race_id
     cross join lateral (
       select jsonb_agg(jsonb_build_object('provider', provider, 'data', state, 'connected_at', connected_at) order by provider)
                filter (where disconnected_at is null) as connections,
              max(greatest(connected_at, filled_at, disconnected_at)) as changed_at
         from health_source where ${MINE}
     ) h
    where p.tenant_id = :tenant and p.user_id = :user`,
  {
    ...{ hour: 'int4', display_name: 'text', locale: 'text' },
    ...{ date: 'text', person_at: 'timestamptz', check_in_at: 'timestamptz?', connections_at: 'timestamptz?', running: 'text?' },
    ...{ readiness: as<Readiness | null>('jsonb?'), board: as<object | null>('jsonb?'), connections: as<object[] | null>('jsonb?') },
    ...{ event: as<{ race_id: string } | null>('jsonb?'), race: as<RaceEntity | null>('jsonb?') },
  },
);

@Handlers()
export class HomeHandlers {
  constructor(private readonly db: Database) {}

  @Handle(coach.getHome)
  async getHome({ tenant, user }: Ctx, { tz }: GetHome): Promise<Home> {
    const row = await this.db.row(HOME, { tenant, user, tz });
    if (!row) throw PersonNotFound();
    const { date, readiness, running, event, race } = row;
    const board = row.board && revive(BoardSummary, row.board);
    const active = event && revive(UserEvent, { ...event, event_id: event.race_id, event: toSummary(race!) });
    const changes = [row.person_at, row.check_in_at, row.connections_at, board?.created_at, board?.ended_at, active?.updated_at];
    return {
      date,
      greeting: greetingOf(row, row.hour),
      ...(readiness && { readiness }),
      ...(active && { active_event: active }),
      ...(board && { latest_board: board }),
      pending: { check_in: !readiness, board_id: running },
      connections: (row.connections ?? []).map((each) => revive(HomeConnection, each)),
      updated_at: new Date(Math.max(...changes.map((at) => Number(at ?? 0)))),
    };
  }
}
