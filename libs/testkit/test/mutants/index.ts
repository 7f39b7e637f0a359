import type { Mutant } from '../../src/index.js';

const test = (name: string) => ({ file: 'test/platform/runs.e2e-spec.js', name });

/** Planted bugs in runs. */
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
];
