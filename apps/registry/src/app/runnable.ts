import { ANY_INSTALLED_APP, ONE_INSTALLED_APP } from '@skep/contracts';

/**
 * Parts of queries about what a person may run of an app: `a` is the app, `i` their install of it or nothing, $1 their tenant, $2 their id.
 */

/** The app is the person's own and has a release. */
export const OWN = '(a.tenant_id = $1 and a.developer_id = $2 and a.latest_revision > 0)';

/** A wanted permission `w` to which the person has not consented, neither by itself nor within a wider one. */
export const BEYOND_CONSENT = `
  (w <> all (i.permissions) and regexp_replace(w, '${ONE_INSTALLED_APP.source}', '${ANY_INSTALLED_APP}') <> all (i.permissions))`;

const WITHIN_CONSENT = `
  select p.revision from approval p join release wants using (app_id, revision)
   where p.app_id = a.app_id and not exists (select from unnest(wants.permissions) w where ${BEYOND_CONSENT})
   order by p.approved_at desc, p.revision desc limit 1`;

/**
 * The release that the person runs, or null. Of their own app it is the newest one, of a system app the approved one, of an installed
 * app the newest approved one that wants no more than they have consented to. One without a release here counts as not approved yet.
 */
export const RUNS = `
  case when ${OWN} then a.latest_revision
       when a.system then case when a.live_revision <= a.latest_revision then a.live_revision end
       when i.app_id is not null then (${WITHIN_CONSENT}) end`;
