import { Migration } from '@skep/platform';

/** What reviewers found, which developers see, and the list of an app's submissions. */
export class Evidence1796200000004 extends Migration {
  readonly sql = `
    alter table app add column reject_evidence text;
    alter table submission add column evidence text;
    create index submission_app on submission (app_id, submitted_at, submission_id);`;
}
