import { e2eTest, type Mutant } from '@skep/testkit';

const DOCUMENTS = 'src/store/document.repository.js';
const COUNTED = e2eTest('storage', 'the counters are the sum of the documents and files after any writes, some of them concurrent');

/** Planted bugs in the storage quota. */
export const storage: Mutant[] = [
  {
    name: 'a write compares with the storage of before a concurrent write',
    file: 'sql/reserve_storage.sql',
    find: 'or bytes + p_bytes <= p_quota',
    plant: `or (select s.bytes from storage_usage s where s.tenant_id = p_tenant and s.user_id = p_user and s.app_id = '') + p_bytes <= p_quota`,
    test: e2eTest('storage', 'a write waits for a concurrent one that takes the last bytes, and is refused'),
  },
  {
    name: 'the storage usage of a user is read without a lock',
    file: 'sql/lock_storage.sql',
    find: `where tenant_id = p_tenant and user_id = p_user and app_id = '' for update;\n  if not found`,
    plant: `where tenant_id = p_tenant and user_id = p_user and app_id = '';\n  if not found`,
    test: e2eTest('files', 'a file that is replaced frees its storage and its object, however many replace it at once'),
  },
  {
    name: 'a file that replaces another one is counted as if it were new',
    file: 'src/files/file.repository.js',
    find: 'size - (replaced?.size ?? 0)',
    plant: 'size',
    test: COUNTED,
  },
  {
    name: 'the storage of a file is not limited by the quota of its user',
    file: 'src/files/file.repository.js',
    find: `throw quotaExceeded(reserved?.used ?? null, quota)`,
    plant: 'await this.db.row(RESERVE, { ...owner, bytes: size - (replaced?.size ?? 0), quota: -1 })',
    test: COUNTED,
  },
  {
    name: 'a document that grows is counted as if it were new',
    file: DOCUMENTS,
    find: 'sum(bytes - before)',
    plant: 'sum(bytes)',
    test: COUNTED,
  },
  {
    name: 'deleted documents keep their bytes',
    file: 'src/store/document-sql.js',
    find: '(select -coalesce(sum(bytes), 0)::bigint from selected)',
    plant: '(select 0 * coalesce(sum(bytes), 0)::bigint from selected)',
    test: COUNTED,
  },
  {
    name: 'a document grows beyond the quota',
    file: DOCUMENTS,
    find: 'quota.fits and not quota.too_large',
    plant: 'not quota.too_large',
    test: e2eTest('storage', 'a document that would grow beyond the quota stays unchanged, and a deleted one frees its bytes'),
  },
];
