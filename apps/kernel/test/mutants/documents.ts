import { e2eTest, type Mutant } from '@skep/testkit';

const SQL = 'src/store/document-sql.js';
const COLLECTIONS = 'src/store/collection.repository.js';

/** Rules of the store for the code of apps. */
export const documents: Mutant[] = [
  {
    name: 'a change with an old etag is made',
    file: COLLECTIONS,
    find: 'where d.id = m.id and not quota.is_stale and',
    plant: 'where d.id = m.id and',
    test: e2eTest('documents', 'of changes at once with one etag exactly one is made; the others learn the current etag'),
  },
  {
    name: 'an app sees the documents of another app',
    file: SQL,
    find: `'tenant_id = :tenant_id and app_id = :app_id and collection`,
    plant: `'tenant_id = :tenant_id and :app_id <> :tenant_id and collection`,
    test: e2eTest('documents', 'another user, app or tenant neither finds, changes nor deletes a document'),
  },
  {
    name: 'an app acts in the tenant that its input names',
    file: 'src/store/document.handlers.js',
    find: 'tenant_id: tenantOf(ctx, input)',
    plant: 'tenant_id: input.tenant_id || ctx.tenant',
    test: e2eTest('documents', 'another user, app or tenant neither finds, changes nor deletes a document'),
  },
  {
    name: 'an update by a function keeps the etag',
    file: SQL,
    find: "greatest(clock_timestamp(), d.updated_at + interval '1 microsecond')",
    plant: 'd.updated_at',
    test: e2eTest('documents', 'a change merges top-level fields, and moves the etag even if it changes nothing'),
  },
  {
    name: 'a create that its process did not survive is made again under the same Idempotency-Key',
    file: 'src/store/document.handlers.js',
    find: 'currentLease() ? commitWithAnswer(this.db, work) : work()',
    plant: 'work()',
    test: e2eTest('document-crash', 'a kernel that is killed between a create and its stored answer has stored both or neither'),
  },
];
