import { Migration } from '@skep/platform';

/** What users chose in their settings. */
export class UserSettings1795910400670 extends Migration {
  readonly sql = `
    create table user_settings (
      tenant_id text not null,
      user_id text not null,
      settings jsonb not null,
      primary key (tenant_id, user_id)
    );`;
}
