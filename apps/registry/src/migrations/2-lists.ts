import { Migration } from '@skep/platform';

/** The orders of lists, and of the approvals from which a user's release is chosen. */
export class Lists1764288000210 extends Migration {
  readonly sql = `
    alter table install add column name text not null default '';
    update install i set name = r.name
      from app a join release r on r.app_id = a.app_id
     where a.app_id = i.app_id
       and r.revision = coalesce(i.revision, case when a.live_revision <= a.latest_revision then a.live_revision end, a.latest_revision);
    create index install_name on install (tenant_id, user_id, lower(name), app_id);
    create index install_app_user on install (tenant_id, app_id, user_id);
    drop index install_tenant_app;
    create index disabled_extension_app_user on disabled_extension (tenant_id, app_id, user_id);
    drop index disabled_extension_tenant_app;
    create index app_tenant on app (tenant_id, app_id, developer_id) where latest_revision > 0;
    create index approval_newest on approval (app_id, approved_at desc, revision desc);`;
}
