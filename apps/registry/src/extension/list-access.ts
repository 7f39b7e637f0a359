import type { Page } from '@skep/contracts';
import type { AppAccess } from '@skep/contracts/registry';
import { as, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** The users and apps that an answer names at most. */
const ENTRIES_MAX = 10_000;
const APPS_MAX = 1_000;

/**
 * Who has an app or turned it off, and the apps that every user has. Each part is ordered, so that Postgres merges the indexes instead of
 * sorting all parts.
 */
const ENTRIES = defineList(
  {
    select: 'e.app_id, e.user_id, e.kind',
    from: `(
      (select app_id, user_id, 'installed' as kind from install where tenant_id = :tenant_id order by app_id, user_id) union all
      (select app_id, user_id, 'disabled' from disabled_extension where tenant_id = :tenant_id order by app_id, user_id) union all
      (select app_id, developer_id, 'developed' from app where tenant_id = :tenant_id and latest_revision > 0 order by app_id, developer_id) union all
      (select app_id, '', 'system' from app where system order by app_id)) e`,
    // The indexes install_app_user, disabled_extension_app_user, app_tenant and app_system. Not unique: a page ends between two users.
    orders: {
      app: [
        ['e.app_id', 'text', 'asc'],
        ['e.user_id', 'text', 'asc'],
      ],
    },
  },
  { app_id: 'text', user_id: 'text', kind: as<'installed' | 'disabled' | 'developed' | 'system'>('text') },
);
/** Users who installed an app may use it once it is live; its developer may use it from the first release. */
const FIND_APPS = statement(
  `select a.app_id, r.name, live.is_live, a.system and live.is_live as is_system
     from app a
     cross join lateral (select (a.live_revision <= a.latest_revision) is true as is_live) live
     join release r on r.app_id = a.app_id and r.revision = case when live.is_live then a.live_revision else a.latest_revision end
    where a.app_id = any (:app_ids) and not a.suspended`,
  { app_id: 'text', name: 'text', is_live: 'bool', is_system: 'bool' },
);

type Entry = NonNullable<(typeof ENTRIES)['row']>;
type App = NonNullable<(typeof FIND_APPS)['row']>;

/** Lists who may use which app in a tenant. */
@Injectable()
export class ListAccess {
  constructor(private readonly db: Database) {}

  /** Whole apps, up to the limits of an answer. An app that exceeds them alone comes in parts. */
  async run(tenant_id: string, cursor?: string): Promise<Page<AppAccess>> {
    const selection = { order: 'app' as const, where: [], values: { tenant_id } };
    const page = await this.db.page(ENTRIES, selection, { limit: ENTRIES_MAX, cursor });
    const read = page.has_more ? withoutLast(page.rows) : page.rows;
    const byApp = [...Map.groupBy(read, ({ app_id }) => app_id).values()];
    const listed = byApp.slice(0, APPS_MAX);
    const found = await this.db.rows(FIND_APPS, { app_ids: listed.map(([entry]) => entry!.app_id) });
    const apps = new Map(found.map((app) => [app.app_id, app]));

    const rows: AppAccess[] = [];
    const ends: number[] = [];
    let end = -1;
    for (const entries of listed) {
      end += entries.length;
      const app = apps.get(entries[0]!.app_id);
      const access = app && toAccess(app, entries);
      if (!access) continue;
      rows.push(access);
      ends.push(end);
    }
    const cursorAt = (index: number) => page.cursorAt!(index === rows.length - 1 ? end : ends[index]!);
    return { rows, cursorAt, has_more: page.has_more || listed.length < byApp.length };
  }
}

/** Leaves out what the next page begins with: the last app, or the last user if there is one app only. */
function withoutLast(entries: Entry[]): Entry[] {
  const [first, last] = [entries[0]!, entries.at(-1)!];
  if (first.app_id === last.app_id) return entries.filter(({ user_id }) => user_id !== last.user_id);
  return entries.filter(({ app_id }) => app_id !== last.app_id);
}

/** Undefined for an app that none of these users may use. */
function toAccess({ app_id, name, is_live, is_system }: App, entries: Entry[]): AppAccess | undefined {
  const users = new Set(
    entries.flatMap(({ kind, user_id }) => (kind === 'developed' || (kind === 'installed' && is_live) ? [user_id] : [])),
  );
  const disabled_user_ids = entries.flatMap(({ kind, user_id }) => (kind === 'disabled' ? [user_id] : []));
  if (is_system) return { app_id, name, user_ids: null, disabled_user_ids };
  // A part of an app may consist of users who turned it off.
  if (!users.size && !(is_live && disabled_user_ids.length)) return undefined;
  return { app_id, name, user_ids: [...users], disabled_user_ids };
}
