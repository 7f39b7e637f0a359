import { Migration } from '@skep/platform';

/** The trace of what caused an event of the feed: so an automation recognises what it caused itself. */
export class FeedTraces1796100000011 extends Migration {
  readonly sql = `alter table feed_event add column trace_id text;`;
}
