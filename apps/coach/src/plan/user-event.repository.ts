import { InvalidInput, type Page } from '@skep/contracts';
import {
  type AddUserEvent,
  AlreadyPlanned,
  type UpdateUserEvent,
  type UserEvent,
  UserEventEnded,
  UserEventNotFound,
  type UserEventStatus,
} from '@skep/contracts/coach';
import { type Ctx, Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { RaceRepository } from '../race/race.repository.js';
import type { RaceEntity } from '../race/race.entity.js';
import { toSummary } from '../race/race-row.js';
import { UserEventEntity } from './user-event.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const MINE = 'tenant_id = :tenant and user_id = :user';
const USER_EVENTS = defineList(
  {
    select: '*',
    from: 'user_event',
    // With tenant and user, and with the status where it is given, the indexes user_event_kept, user_event_status and user_event_over.
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
      over: [
        ['updated_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
  },
  UserEventEntity,
);
const IS_OVER = `status in ('done', 'dropped')`;
const ADD = statement(
  `insert into user_event (id, tenant_id, user_id, race_id, distance_id, goal, priority)
   values (:id, :tenant, :user, :event_id, :distance_id, :goal::jsonb, :priority)
   on conflict (tenant_id, user_id, race_id) where status in ('planned', 'active') do nothing returning *`,
  UserEventEntity,
);
const FIND = statement(`select * from user_event where id = :id and ${MINE}`, UserEventEntity);
const FIND_OPEN = statement(
  `select * from user_event where ${MINE} and race_id = :event_id and status in ('planned', 'active')`,
  UserEventEntity,
);
const FIND_ACTIVE = statement(`select * from user_event where ${MINE} and status = 'active'`, UserEventEntity);
/** What is planned or active changes one after the other for one person. */
const LOCK = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('user events ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const DEACTIVATE = statement(
  `update user_event set status = 'planned', updated_at = now() where ${MINE} and status = 'active' and id is distinct from :id`,
);
const ACTIVATE = statement(
  `update user_event set status = 'active', updated_at = case when status = 'active' then updated_at else now() end
    where id = :id and ${MINE} returning *`,
  UserEventEntity,
);
const UPDATE = statement(
  `update user_event u set status = :status, updated_at = now(), goal = coalesce(:goal::jsonb, goal), priority = coalesce(:priority, priority),
          result = coalesce(:result::jsonb, result)
    where id = :id and ${MINE} and deleted_at is null
      and not (:status in ('planned', 'active') and exists (
        select from user_event other where (other.tenant_id, other.user_id, other.race_id) = (u.tenant_id, u.user_id, u.race_id)
           and other.status in ('planned', 'active') and other.id <> u.id)) returning *`,
  UserEventEntity,
);
const REMOVE = statement(
  `update user_event set deleted_at = now(), updated_at = now(), status = case when status = 'done' then status else 'dropped' end
    where id = :id and ${MINE} and deleted_at is null`,
);

/** The races of people: planned, active, and over. */
@Injectable()
export class UserEventRepository {
  constructor(
    private readonly db: Database,
    private readonly races: RaceRepository,
  ) {}

  list({ tenant, user }: Owner, status: UserEventStatus | undefined, paging: Paging): Promise<Page<UserEvent>> {
    const where = [MINE, 'deleted_at is null', status !== undefined && 'status = :status'];
    return this.page({ order: 'newest', where, values: { tenant, user, status } }, paging);
  }

  /** Those that are done, dropped or deleted. */
  listOver({ tenant, user }: Owner, paging: Paging): Promise<Page<UserEvent>> {
    return this.page({ order: 'over', where: [MINE, IS_OVER], values: { tenant, user } }, paging);
  }

  /** @throws Problem `race_not_found`; `already_planned`; `invalid_input` for a distance that the race has not */
  async add({ tenant, user }: Owner, { event_id, distance_id, goal, priority }: AddUserEvent): Promise<UserEvent> {
    const race = await this.races.find(tenant, event_id);
    assertDistance(race, distance_id);
    const id = `uev_${randomUUID().replaceAll('-', '')}`;
    const plan = { id, tenant, user, event_id, distance_id, goal: goal && JSON.stringify(goal), priority };
    const added = await this.changing({ tenant, user }, () => this.db.row(ADD, plan));
    if (!added) throw AlreadyPlanned();
    return toUserEvent(added, race);
  }

  /** Plans a race, unless it is planned, and makes it active. @throws Problem as `add` does */
  take({ tenant, user }: Owner, race: Pick<AddUserEvent, 'event_id' | 'distance_id'>): Promise<UserEvent & { created: boolean }> {
    return this.changing({ tenant, user }, async () => {
      const open = await this.db.row(FIND_OPEN, { tenant, user, event_id: race.event_id });
      const { id } = open ?? (await this.add({ tenant, user }, race));
      return { ...(await this.activate({ tenant, user }, id)), created: !open };
    });
  }

  async findActive({ tenant, user }: Owner): Promise<UserEvent | undefined> {
    const active = await this.db.row(FIND_ACTIVE, { tenant, user });
    return active && this.withRace(tenant, active);
  }

  /** Idempotent. @throws Problem `user_event_not_found`; `user_event_ended` */
  async activate({ tenant, user }: Owner, id: string): Promise<UserEvent> {
    return this.changing({ tenant, user }, async () => {
      const { status } = await this.findKept({ tenant, user }, id);
      if (status === 'done' || status === 'dropped') throw UserEventEnded();
      await this.db.rows(DEACTIVATE, { tenant, user, id });
      return this.withRace(tenant, (await this.db.row(ACTIVATE, { tenant, user, id }))!);
    });
  }

  async deactivate({ tenant, user }: Owner): Promise<void> {
    await this.db.rows(DEACTIVATE, { tenant, user, id: null });
  }

  /** @throws Problem `user_event_not_found`; `already_planned` if it would be open beside another one of its race */
  async update({ tenant, user }: Owner, { id, status, goal, result, priority }: UpdateUserEvent): Promise<UserEvent> {
    return this.changing({ tenant, user }, async () => {
      const before = await this.findKept({ tenant, user }, id);
      // It becomes active as any other one does.
      const next = status === 'active' && before.status !== 'active' ? 'planned' : (status ?? before.status);
      const changes = { id, status: next, goal: goal && JSON.stringify(goal), result: result && JSON.stringify(result), priority };
      const updated = await this.db.row(UPDATE, { tenant, user, ...changes });
      if (!updated) throw AlreadyPlanned();
      return status === 'active' ? this.activate({ tenant, user }, id) : this.withRace(tenant, updated);
    });
  }

  /** Idempotent. @throws Problem `user_event_not_found` */
  async remove({ tenant, user }: Owner, id: string): Promise<void> {
    if (!(await this.db.row(FIND, { tenant, user, id }))) throw UserEventNotFound();
    await this.db.rows(REMOVE, { tenant, user, id });
  }

  /** Work in a transaction, of which one at a time changes what a person plans. */
  private changing<T>({ tenant, user }: Owner, work: () => Promise<T>): Promise<T> {
    return this.db.transaction(async () => {
      await this.db.rows(LOCK, { tenant, user });
      return work();
    });
  }

  private async findKept({ tenant, user }: Owner, id: string): Promise<UserEventEntity> {
    const found = await this.db.row(FIND, { tenant, user, id });
    if (!found || found.deleted_at) throw UserEventNotFound();
    return found;
  }

  private async page(selection: Parameters<typeof this.read>[0], paging: Paging): Promise<Page<UserEvent>> {
    const { rows, ...page } = await this.read(selection, paging);
    const { tenant } = selection.values;
    const races = await this.races.findAll(tenant, [...new Set(rows.map(({ race_id }) => race_id))]);
    const raceOf = new Map(races.map((race) => [race.id, race]));
    return { ...page, rows: rows.map((row) => toUserEvent(row, raceOf.get(row.race_id)!)) };
  }

  private read(
    selection: { order: 'newest' | 'over'; where: (string | false)[]; values: Owner & { status?: string | undefined } },
    paging: Paging,
  ) {
    return this.db.page(USER_EVENTS, { ...selection, total: () => Promise.resolve(0) }, paging);
  }

  private async withRace(tenant: string, row: UserEventEntity): Promise<UserEvent> {
    return toUserEvent(row, await this.races.find(tenant, row.race_id));
  }
}

function toUserEvent({ race_id, ...row }: UserEventEntity, race: RaceEntity): UserEvent {
  const { id, distance_id, goal, priority, status, result, created_at, updated_at, deleted_at } = row;
  const event = toSummary(race);
  return { id, event_id: race_id, event, distance_id, goal, priority, status, result, created_at, updated_at, deleted_at };
}

/** @throws Problem `invalid_input` */
function assertDistance({ distances }: RaceEntity, distance_id: string | undefined): void {
  if (distance_id === undefined || distances.some(({ id }) => id === distance_id)) return;
  throw InvalidInput([{ loc: ['distance_id'], msg: 'distance_id must be the id of a distance of the race', type: 'unknown' }]);
}
