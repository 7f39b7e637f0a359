import { e2eTest, type Mutant } from '@skep/testkit';

const TAKEN_OVER = e2eTest(
  'idempotency',
  'whose lease was taken over changes nothing any more, and the new owner goes on from what is done',
);

/** Planted bugs in calls under an Idempotency-Key. */
export const idempotency: Mutant[] = [
  {
    name: 'a retryable result is stored under its key',
    file: 'src/call/call-idempotency.js',
    find: 'if (!result.retryable)',
    plant: 'if (true)',
    test: e2eTest('idempotency', 'whose step Postgres refuses is written down, and repeated with success once the cause is gone'),
  },
  {
    name: 'the answer of a batch with a retryable result is stored under its key',
    file: 'src/call/call-idempotency.js',
    find: 'lease?.leaveOpen();',
    plant: '',
    test: e2eTest('idempotency', 'repeats what failed for a cause that is gone, and nothing else'),
  },
  {
    name: 'a call is recorded but its result is not noted',
    file: 'src/call/call-recorder.js',
    find: 'await noteResult(call, result);',
    plant: '',
    test: e2eTest('idempotency', 'keeps what a call within it has done, though it is not written down itself'),
  },
  {
    name: 'the hold of a call that is not recorded is left to expire',
    file: 'src/call/charging.js',
    find: 'if (!written)',
    plant: 'if (false)',
    test: e2eTest('idempotency', 'gives back the hold of a call that could not be written down'),
  },
  {
    name: 'a completion of an earlier attempt is charged again',
    file: 'src/call/call-function.js',
    find: 'if (completion.attempt === attempt)',
    plant: 'if (true)',
    test: e2eTest('idempotency', 'goes on after a failure where it stopped, and its language model is paid once'),
  },
  {
    name: 'a process that has lost the lease records the call',
    library: 'platform',
    file: 'src/lease.js',
    find: 'where key = $1 and owner = $2 for share',
    plant: 'where key = $1 and $2::uuid is not null for share',
    test: TAKEN_OVER,
  },
  {
    name: 'the new owner of a lease does not know which steps are done',
    library: 'platform',
    file: 'src/idempotency.js',
    find: 'claimed.fresh ? []',
    plant: 'true ? []',
    test: TAKEN_OVER,
  },
  {
    name: 'a long operation under an Idempotency-Key holds a transaction',
    library: 'platform',
    file: 'src/idempotency.js',
    find: 'operation.spansCalls ?',
    plant: 'false ?',
    test: TAKEN_OVER,
  },
];
