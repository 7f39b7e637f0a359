import { Migration } from '@skep/platform';

/** The order in which people see their memory. */
export class MemoryList1798000000006 extends Migration {
  readonly sql = 'create index memory_newest on memory (tenant_id, user_id, seq);';
}
