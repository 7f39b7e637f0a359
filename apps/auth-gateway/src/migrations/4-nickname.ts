import { Migration } from '@skep/platform';

/** The nicknames of users. */
export class Nickname1795910400691 extends Migration {
  readonly sql = `
    create table nickname (
      account_id text primary key,
      tenant_id text not null,
      nickname text not null constraint nickname_unique unique
    );`;
}
