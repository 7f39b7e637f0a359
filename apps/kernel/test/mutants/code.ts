import { e2eTest as test, type Mutant } from '@skep/testkit';

const FETCH = 'src/code/fetch-for-code.js';
const PRIVATE = 'reaches no other host, and no private address that the operator does not allow';
const PERMITTED = 'are what its capabilities allow, and nothing else';
const ONCE = 'code whose kernel is killed in the middle continues where it stopped, and its call is charged once';

/** Rules of code functions. */
export const code: Mutant[] = [
  {
    name: 'code reaches every host',
    file: FETCH,
    find: 'if (!mayReach(app.permissions, address.host))',
    plant: 'if (false)',
    test: test('code-functions', PRIVATE),
  },
  {
    name: 'a host covers those that end like it',
    file: 'src/ir/permissions.js',
    find: 'permissions.has(`http:${name}`)',
    plant: "[...permissions].some((held) => host.endsWith(held.replace(/^http:(\\*\\.)?/, '')))",
    test: test('code-functions', PRIVATE),
  },
  {
    name: 'code sends unencrypted requests',
    file: FETCH,
    find: "address.protocol !== 'https:' &&",
    plant: 'false &&',
    test: test('code-functions', PRIVATE),
  },
  {
    name: 'code follows redirects',
    file: FETCH,
    find: 'redirects: 0',
    plant: 'redirects: 5',
    test: test('code-functions', 'cannot set headers of the connection, nor follow a redirect'),
  },
  {
    name: 'a request of a repeated call has another key',
    file: FETCH,
    find: 'currentLease()?.joinKey ?? callId',
    plant: 'callId',
    test: test('code-crash', ONCE),
  },
  {
    name: 'code stores once more when its call is repeated',
    file: 'src/call/call-code.js',
    find: '`request ${request} ${method} ${hash}`',
    plant: '`request ${Math.random()} ${method} ${hash}`',
    test: test('code-crash', ONCE),
  },
  {
    name: 'code uses verbs without the permission',
    file: 'src/call/call-code.js',
    find: 'assertPermitted(verb, call.app.permissions);',
    plant: '',
    test: test('code-functions', PERMITTED),
  },
  {
    name: 'code uses files and messages without the permission',
    file: 'src/code/requests.js',
    find: 'if (permission && !call.app.permissions.has(permission))',
    plant: 'if (false)',
    test: test('code-functions', PERMITTED),
  },
  {
    name: 'the code of a panel changes data',
    file: 'src/call/execute-call.js',
    find: ', PANEL)',
    plant: ')',
    test: test('code-functions', 'shows the tree that it returns, and only reads'),
  },
  {
    name: 'a trial run uses more than the store',
    file: 'src/check/smoke-ir.js',
    find: ', STORE_ONLY)',
    plant: ')',
    test: test('code-functions', 'uses a store that is rolled back, and nothing else'),
  },
  {
    name: 'a developer reads the log of another app',
    file: 'src/logs/app-log.handlers.js',
    find: 'if (developer_id !== ctx.user || tenant_id !== ctx.tenant)',
    plant: 'if (false)',
    test: test('code-functions', 'is shown to nobody else'),
  },
  {
    name: 'code computes for ever',
    file: 'src/code/processor-time.js',
    find: '> CPU_MAX_MS',
    plant: '> Infinity',
    test: { file: 'src/code/code-thread.spec.js', name: 'of processor time ends before its thread is' },
  },
  {
    name: 'a thread that hangs stays',
    file: 'src/code/code-thread.js',
    find: 'void this.worker?.terminate();',
    plant: 'void 0;',
    test: {
      file: 'src/code/code-thread.spec.js',
      name: 'code that never looks up is ended with its thread, and what ran beside it gets the same answers again',
    },
  },
  {
    name: 'what code did not wait for is forgotten',
    file: 'src/call/call-code.js',
    find: 'await Promise.all(pending);',
    plant: '',
    test: test('code-functions', 'has done what it did not wait for when its call ends'),
  },
  {
    name: 'the changes of code are stored before its call is recorded',
    file: 'src/call/call-recorder.js',
    find: 'if (changes)\n            await this.db.transaction(() => changes.make().then(() => this.recordOrFail(recording)));',
    plant: 'if (changes) { await changes.make(); await this.recordOrFail(recording); }',
    test: test('code-changes', 'a call whose changes are beyond the quota fails, and none is made'),
  },
  {
    name: 'a call of code that fails stores what it wrote',
    file: 'src/store/pending-documents.js',
    find: 'this.changes.add(() => this.committed.create(kind, id, data, quota));',
    plant: 'await this.committed.create(kind, id, data, quota);',
    test: test('code-changes', 'a call that fails changes nothing'),
  },
  {
    name: 'code does not see what it has written',
    file: 'src/store/pending-documents.js',
    find: 'own: ownOf(this.documents.values()), changed',
    plant: 'own: [], changed: []',
    test: test('code-changes', 'a call reads what it has changed, with the conditions of all documents, and so does everyone afterwards'),
  },
  {
    name: 'changes of one call overwrite each other',
    file: 'src/store/pending-documents.js',
    find: 'this.last.then(work)',
    plant: 'work()',
    test: test('code-changes', 'changes that the code does not wait for follow one another'),
  },
];
