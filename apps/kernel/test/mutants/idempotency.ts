import { e2eTest, type Mutant } from '@skep/testkit';

const TAKEN_OVER = e2eTest(
  'idempotency',
  'whose lease was taken over changes nothing more, and the new owner continues from the finished steps',
);

/** Planted bugs in calls under an Idempotency-Key. */
export const idempotency: Mutant[] = [
  {
    name: 'a retryable result is stored under its key',
    file: 'src/call/call-idempotency.js',
    find: 'if (!mayRepeat)',
    plant: 'if (true)',
    test: e2eTest('idempotency', 'whose step Postgres refuses is recorded, and succeeds when repeated after the cause is gone'),
  },
  {
    name: 'the answer of a batch with a retryable result is stored under its key',
    file: 'src/call/call-idempotency.js',
    find: 'lease?.skipStoringAnswer();',
    plant: '',
    test: e2eTest('idempotency', 'repeats only the calls with a retryable failure'),
  },
  {
    name: 'a call is recorded but its result is not noted',
    file: 'src/call/call-recorder.js',
    find: 'const part = toPart(finished);',
    plant: 'const part = toPart(finished) && undefined;',
    test: e2eTest('idempotency', 'keeps what a nested call has done, although it is not recorded itself'),
  },
  {
    name: 'the hold of a call that is not recorded is left to expire',
    file: 'src/call/charging.js',
    find: 'isWithoutEffect(error)',
    plant: 'false',
    test: e2eTest('idempotency', 'releases the hold of a call that could not be recorded'),
  },
  {
    name: 'a completion of an earlier attempt is charged again',
    file: 'src/call/execute-call.js',
    find: 'if (completion.attempt === attempt)',
    plant: 'if (true)',
    test: e2eTest('idempotency', 'continues after a failure where it stopped, and its language model is charged once'),
  },
  {
    name: 'a hold that billing placed late is forgotten',
    file: 'src/call/charging.js',
    find: 'currentLease()?.keepKeyOnFailure();\n            if (!costsNothing)',
    plant: 'if (!costsNothing)',
    test: e2eTest(
      'idempotency',
      'that wait for a frozen service hold up no other request of their user, and are charged once when they are repeated',
    ),
  },
  {
    name: 'a process that has lost the lease records the call',
    file: 'sql/record_calls.sql',
    find: `where part is null or exists (select from held where key = part ->> 'key' and owner = (part ->> 'owner')::uuid)`,
    plant: '',
    test: TAKEN_OVER,
  },
  {
    name: 'a process that has lost the lease notes a step',
    library: 'platform',
    file: 'src/lease.js',
    find: 'where key = :key and owner = :owner for share',
    plant: 'where key = :key and :owner::uuid is not null for share',
    test: TAKEN_OVER,
  },
  {
    name: 'a call that Postgres refuses takes those with it that are recorded in the same moment',
    library: 'platform',
    file: 'src/runs/together.js',
    find: 'if (batch.length === 1)',
    plant: 'if (true) batch.forEach(({ reject }) => reject(error)); else if (batch.length === 1)',
    test: e2eTest('idempotency', 'calls that end together are recorded in one transaction, and one that Postgres refuses fails alone'),
  },
  {
    name: 'the new owner of a lease does not know which steps are done',
    library: 'platform',
    file: 'src/idempotency.js',
    find: 'claimed.is_new ? []',
    plant: 'true ? []',
    test: TAKEN_OVER,
  },
  {
    name: 'a long operation under an Idempotency-Key holds a transaction',
    library: 'platform',
    file: 'src/idempotency.js',
    find: 'request.operation.spansCalls ?',
    plant: 'false ?',
    test: TAKEN_OVER,
  },
];
