import { Migration } from '../migration.js';

/** The stored objects that a service owns: see src/objects/owned-objects.ts. */
export class StoredObjects1764316800000 extends Migration {
  readonly sql = `
    create table stored_object (
      id text primary key,
      -- All '' of a removed object.
      tenant_id text not null,
      user_id text not null,
      size bigint not null,
      -- Set: the object was removed before a row named it, and cannot be kept any more.
      removed_at timestamptz
    );
    create index stored_object_owner on stored_object (user_id, tenant_id);
    create index stored_object_removed on stored_object (removed_at) where removed_at is not null;`;
}
