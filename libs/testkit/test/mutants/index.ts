import { e2eTest, type Mutant } from '../../src/index.js';

const test = (name: string) => e2eTest('platform/runs', name);
const keyTest = (name: string) => e2eTest('platform/idempotency', name);

const shown = (name: string) => e2eTest('platform/run-events', name);

/** Planted bugs in runs, their events, and Idempotency-Keys. */
export const mutants: Mutant[] = [
  {
    name: 'an attempt that was taken over still writes',
    library: 'platform',
    file: 'sql/write_steps.sql',
    find: 'and h.attempt = g.attempt',
    plant: '',
    test: test('that was taken over writes nothing any more'),
  },
  {
    name: 'what a commit writes and its note are two transactions',
    library: 'platform',
    file: 'src/runs/run.js',
    find: 'await this.db.transaction(write)',
    plant: 'await write()',
    test: test('that was taken over writes nothing any more'),
  },
  {
    name: 'leases are not renewed',
    library: 'platform',
    file: 'src/runs/run-worker.js',
    find: 'this.renewal.start();',
    plant: '',
    test: test('is held for as long as its step takes'),
  },
  {
    name: 'a second answer replaces the first',
    library: 'platform',
    file: 'sql/answer_run.sql',
    find: ' where not s.done;',
    plant: ';',
    test: test('gets the first answer, also one that comes before it waits, and goes on without one after its time'),
  },
  {
    name: 'runs of one lane overlap',
    library: 'platform',
    file: 'src/migrations/2-runs.js',
    find: 'create unique index run_lane',
    plant: 'create index run_lane',
    test: test('runs one run at a time, in the order of their starts, over two instances'),
  },
  {
    name: 'children outlive their parent',
    library: 'platform',
    file: 'sql/end_runs.sql',
    find: `if v.status <> 'done' then`,
    plant: 'if false then',
    test: test('waits for its children, and cancels them with itself'),
  },
  {
    name: 'repeats hold a connection while a frozen process stores the answer',
    library: 'platform',
    file: 'src/idempotency.js',
    find: 'for update skip locked',
    plant: 'for update',
    test: keyTest('whose process froze while it stored the answer is waited for without a connection'),
  },
  {
    name: 'each repeat asks Postgres again and again',
    library: 'platform',
    file: 'src/idempotency.js',
    find: 'new FairQueue(Infinity, 1)',
    plant: 'new FairQueue(Infinity, Infinity)',
    test: keyTest('is waited for by 200 repeats that take no connection meanwhile'),
  },
  {
    name: 'the renewal of leases waits for a request that stores its answer',
    library: 'platform',
    file: 'src/lease.js',
    find: 'for update of idempotency skip locked',
    plant: 'for update of idempotency',
    test: keyTest('renews its lease while it runs, also while another one stores its answer'),
  },
  {
    name: 'a repeat after a crash starts another run',
    library: 'platform',
    file: 'src/runs/run-store.js',
    find: 'key ?? (lease &&',
    plant: 'key ?? (undefined &&',
    test: keyTest('is the same one for a repeat, and for a repeat after a crash'),
  },
  {
    name: 'a failure frees the key of a run that was started',
    library: 'platform',
    file: 'src/runs/run-store.js',
    find: 'lease?.keepKeyOnFailure()',
    plant: 'undefined',
    test: keyTest('is the same one after a failure, and another one under another key'),
  },
  {
    name: 'a run belongs to the request that started it',
    library: 'platform',
    file: 'src/database.js',
    find: 'AsyncLocalStorage.snapshot()',
    plant: '(work) => work()',
    test: keyTest('has nothing of the request: it may call services, and is not part of its lease'),
  },
  {
    name: 'what an earlier attempt shows after a takeover is shown',
    library: 'platform',
    file: 'src/run-events/run-log.js',
    find: 'attempt < cursor.attempt ||',
    plant: '',
    test: shown('events of an earlier attempt than the newest, and repeated ones, are not shown; missing ones are noticed'),
  },
  {
    name: 'a reader that has read back misses what came meanwhile',
    library: 'platform',
    file: 'src/run-events/run-log.js',
    find: 'message.info.pending > 0 || message.seq < (this.deliveredOf.get(subject) ?? 0)',
    plant: 'false',
    test: shown('readers that begin while events come miss none and get none twice, wherever they begin'),
  },
];
