import { Migration } from '@skep/platform';

/** Administrators list the apps of all developers, newest first. */
export class AllApps1796200000003 extends Migration {
  readonly sql = `create index app_newest on app (created_at, app_id);`;
}
