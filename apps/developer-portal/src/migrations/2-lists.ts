import { Migration } from '@skep/platform';

/** The orders of lists. */
export class Lists1764288000620 extends Migration {
  readonly sql = `
    create index app_owner on app (tenant_id, developer_id, created_at, app_id);
    drop index app_developer;
    create index deploy_newest on deploy (app_id, created_at desc, deploy_id desc);
    drop index deploy_app;
    create index submission_waiting on submission (submitted_at, submission_id) where decided_at is null;
    drop index submission_queue;`;
}
