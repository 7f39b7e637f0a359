import { Migration } from '@skep/platform';

/** What registry clients keep with an app, and the list of all apps of a tenant. */
export class RegisteredApps1796200000002 extends Migration {
  readonly sql = `
    alter table app add column config json not null default '{}';
    create index app_tenant on app (tenant_id, created_at, app_id);`;
}
