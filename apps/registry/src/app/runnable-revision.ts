import { ANY_INSTALLED_APP, ONE_INSTALLED_APP } from '@skep/contracts/builtins';

/*
 * SQL expressions that decide which release a user runs. Aliases and parameters of the surrounding query: `a` is the app, `i` the user's
 * install of it or a null row, `:tenant` the user's tenant, `:user` their id.
 */

/** The user is the app's developer, and the app has a release. */
export const IS_DEVELOPER = '(a.tenant_id = :tenant and a.developer_id = :user and a.latest_revision > 0)';

/**
 * The user has not consented to `permission`: neither to this permission nor to `call:*:read` where that contains it. The opposite of
 * `isHeld` of the contracts; a test compares the two.
 */
export const NOT_CONSENTED = `
  (permission <> all (i.permissions)
   and regexp_replace(permission, '${ONE_INSTALLED_APP.source}', '${ANY_INSTALLED_APP}') <> all (i.permissions))`;

/**
 * Reads approvals from the newest on, up to the first whose release is within the consent. `offset 0` makes Postgres read them in the order
 * of the index approval_newest: it would otherwise read all, with their releases.
 */
const NEWEST_CONSENTED_REVISION = `
  select approval.revision
    from (select revision from approval where app_id = a.app_id order by approved_at desc, revision desc offset 0) approval
   where approval.revision <= a.latest_revision
     and not exists (
       select from unnest((select permissions from release where app_id = a.app_id and revision = approval.revision)) permission
        where ${NOT_CONSENTED})
   limit 1`;

/**
 * The revision that the user runs, or null: the latest one of their own app, the live one of a system app, and of an installed app the
 * newest approved one whose permissions they have all consented to. An approval whose release is not published yet does not count.
 */
export const RUNNABLE_REVISION = `
  case when ${IS_DEVELOPER} then a.latest_revision
       when a.system then case when a.live_revision <= a.latest_revision then a.live_revision end
       when i.app_id is not null then (${NEWEST_CONSENTED_REVISION}) end`;
