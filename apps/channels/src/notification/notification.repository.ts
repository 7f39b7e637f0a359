import { type ListNotifications, Notification, NotificationNotFound } from '@skep/contracts/channels';
import { type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { NotificationEntity } from './notification.entity.js';

export type NewNotification = Omit<NotificationEntity, 'created_at' | 'read_at' | 'opened_at'>;
type Owner = Pick<Ctx, 'tenant' | 'user'>;

const IS_OWN = 'tenant_id = :tenant and user_id = :user';
const IS_UNREAD = 'read_at is null';
const LIST = defineList(
  {
    select: 'id as notification_id, source, subject, message, body, priority, created_at, read_at',
    from: 'notification',
    // With tenant and user, the index notification_owner, or notification_unread.
    orders: { newest: [['id', 'text', 'desc']] },
    // With its body, a notification may have 100 kB.
    atOnce: 20,
  },
  Notification,
);
const MARK = statement(
  `with marked as (update notification set read_at = now() where ${IS_OWN} and ${IS_UNREAD} and (:ids::text[] is null or id = any(:ids)) returning 1)
   select count(*)::int4 as marked from marked`,
  { marked: 'int4' },
);

/** The first time counts, and no time to come. */
const OPEN = statement(
  `update notification
      set opened_at = coalesce(opened_at, least(coalesce(:opened_at, now()), now())), read_at = coalesce(read_at, least(coalesce(:opened_at, now()), now()))
    where ${IS_OWN} and id = :id returning id`,
  { id: 'text' },
);

// Those of one app to one user wait for each other, so that no two take the last place. Ids sort by time: the index of the owner has the last hour.
const LOCK_SENDER = statement(`select pg_advisory_xact_lock(hashtextextended('notify ' || :tenant || ' ' || :user || ' ' || :source, 0))`);
const RECENT = statement(
  `select count(*)::int4 as sent, extract(epoch from min(created_at) + interval '1 hour' - clock_timestamp())::float8 as wait_s
     from notification
    where ${IS_OWN} and id > :since and source = :source and created_at > clock_timestamp() - interval '1 hour'`,
  { sent: 'int4', wait_s: 'float8?' },
);
const HOUR_MS = 3_600_000;
/** By how much the clocks of processes and Postgres may differ. */
const CLOCKS_MS = 60_000;

@Injectable()
export class NotificationRepository {
  constructor(private readonly db: Database) {}

  async add(notification: NewNotification): Promise<void> {
    await this.db.inTenant(notification.tenant_id, () => this.db.repository(NotificationEntity).insert(notification));
  }

  /**
   * How many notifications a sender has sent to a user in the last hour, and in how many seconds the first of them is older. Until the current
   * transaction ends, no other one counts those of the same sender to this user.
   */
  async countRecent({ tenant_id: tenant, user_id: user, source }: Pick<NewNotification, 'tenant_id' | 'user_id' | 'source'>) {
    const since = `ntf_${(Date.now() - HOUR_MS - CLOCKS_MS).toString(16).padStart(12, '0')}`;
    return this.db.inTenant(tenant, async () => {
      await this.db.rows(LOCK_SENDER, { tenant, user, source });
      return (await this.db.row(RECENT, { tenant, user, source, since }))!;
    });
  }

  /** Null if its user was erased meanwhile. */
  find(id: string): Promise<NotificationEntity | null> {
    return this.db.repository(NotificationEntity).findOneBy({ id });
  }

  list({ tenant, user }: Owner, { unread, ...paging }: ListNotifications) {
    return this.db.page(LIST, { order: 'newest', where: [IS_OWN, unread && IS_UNREAD], values: { tenant, user } }, paging);
  }

  /** Marks those with these ids, or all. Returns how many were not read before. */
  async markRead({ tenant, user }: Owner, ids?: string[]): Promise<number> {
    return (await this.db.row(MARK, { tenant, user, ids }))!.marked;
  }

  /** @throws Problem `notification_not_found`, also for those of others */
  async noteOpened({ tenant, user }: Owner, id: string, opened_at?: Date): Promise<void> {
    if (!(await this.db.row(OPEN, { tenant, user, id, opened_at: opened_at ?? null }))) throw NotificationNotFound();
  }
}
