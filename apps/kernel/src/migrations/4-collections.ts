import { Migration } from '@skep/platform';

/** Lists of a collection's documents of all users, and of its users. */
export class Collections1795912200640 extends Migration {
  readonly sql = `
    create index document_collection on document (tenant_id, app_id, collection, user_id, id) where deleted_at is null;`;
}
