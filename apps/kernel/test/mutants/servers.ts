import { e2eTest as test, type Mutant } from '@skep/testkit';

const CALL = 'src/call/call-server.js';
const SECRETS = 'src/signing-secret/signing-secrets.js';
const SIGNATURES = { library: 'platform', file: 'src/standard-webhooks.js' } as const;
const REPEATED = 'each call has an id of its own, and a call that is repeated under its Idempotency-Key has the same one';
const SIGNED = 'a call is signed with the secret of the app as Standard Webhooks says, and with both secrets after a change';

/** Rules of functions on servers of developers. */
export const servers: Mutant[] = [
  {
    name: 'a repeated call has another id for its server',
    file: CALL,
    find: 'if (!lease)',
    plant: 'if (true)',
    test: test('server-functions', REPEATED),
  },
  {
    name: 'calls of one user have the same id for their server',
    file: CALL,
    find: 'JSON.stringify([lease.joinKey, actor, idempotencyKey, data])',
    plant: 'JSON.stringify([actor, data])',
    test: test('server-functions', REPEATED),
  },
  {
    name: 'a server may answer anything',
    file: CALL,
    find: "validatorOf(fn, 'return_schema')(json)",
    plant: 'undefined',
    test: test('server-functions', 'an answer that does not match the return_schema is a failure'),
  },
  {
    name: 'a server is called without the permission',
    file: CALL,
    find: 'if (!app.permissions.has(SERVER_CALL))',
    plant: 'if (false)',
    test: test('server-functions', 'a release that was published without the permission does not call the server'),
  },
  {
    name: 'calls reach private addresses',
    file: CALL,
    find: 'redirects: 0',
    plant: 'redirects: 0, ofOperator: true',
    test: test('server-functions', 'a private address is not called unless the operator allows it'),
  },
  {
    name: 'the signature does not cover the id',
    ...SIGNATURES,
    find: 'sign(id, at, body)',
    plant: "sign('', at, body)",
    test: test('server-functions', SIGNED),
  },
  {
    name: 'a former secret signs for ever',
    ...SIGNATURES,
    find: 'previousUntil.getTime() > now',
    plant: 'true',
    test: test('server-functions', SIGNED),
  },
  {
    name: 'a replaced secret signs until it is read again',
    file: SECRETS,
    find: 'this.signing.delete(keyOf(owner))',
    plant: 'void owner',
    test: test('server-functions', SIGNED),
  },
  {
    name: 'other kernels do not learn of a new secret',
    file: SECRETS,
    find: 'this.bus.broadcast(kernel.signingSecretChanged, owner)',
    plant: 'void owner',
    test: test('server-calls', 'every kernel signs with a new secret at once'),
  },
  {
    name: 'two developers share a secret',
    file: SECRETS,
    find: "const SELECTED = 'tenant_id = :tenant_id and developer_id = :developer_id and",
    plant: "const SELECTED = 'tenant_id = :tenant_id and :developer_id::text is not null and",
    test: test(
      'server-functions',
      'the secret is sealed in the database, and another developer or tenant with the same app id has another one',
    ),
  },
];
