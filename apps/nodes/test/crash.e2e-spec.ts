import { nodes } from '@skep/contracts/nodes';
import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, type Device, GOOD, type Nodes, openNodes, requestOf, WHICH } from './nodes.js';

const COUNT = 6;
let world: Nodes;
let running: AppProcess;
const env = { SKEP_RUN_LEASE_MS: '1000', SKEP_NODE_COMMAND_MS: '15000' };
const boot = async () => void (running = await world.infra.startApp('nodes', { ...world.env, ...env }));
const each = <T>(make: (n: number) => T): T[] => Array.from({ length: COUNT }, (_, n) => make(n));
/** Callers give up soon, and so notice that the process is dead. */
const hurried = () => ({ ...ada, deadline: Date.now() + 2_000 });
const ends = () => world.query('select id, state, success, output, error from invocation order by created_at');
const allEnded = () => waitUntil('all commands to end', async () => (await ends()).every(({ state }) => state === 'ended'), 40_000);
const sent = (box: Device) => box.orders().map(requestOf);

beforeAll(async () => {
  world = await openNodes();
  await boot();
});
afterAll(() => world?.close());

it('each command ends once if the process is killed while it waits: for an approval, for an answer, or for being sent', async () => {
  const box = await world.device();
  const waiting = Promise.allSettled([
    ...each((n) => box.invoke('system.run', { command: `date ${n}` }, {}, hurried())),
    ...each(() => box.invoke('system.which', WHICH, {}, hurried())),
  ]);
  await waitUntil('them to wait', async () => (await world.call(nodes.listCommandApprovals, ada, {})).pending.length === COUNT);
  await waitUntil('the others to be sent', () => sent(box).length === COUNT);
  const late = Promise.allSettled(each(() => box.invoke('system.which', WHICH, {}, hurried())));
  await running.kill('SIGKILL');
  await Promise.all([waiting, late]);
  await boot();

  // The device was connected all the time: its gateway did not die.
  for (const request_id of sent(box).slice(0, COUNT)) await box.say('result', { ...GOOD, request_id });
  const { pending } = await world.call(nodes.listCommandApprovals, ada, {});
  expect(pending.map(({ command }) => command).sort()).toEqual(each((n) => `date ${n}`));
  for (const { id } of pending) await world.call(nodes.resolveCommandApproval, ada, { id, approved: true, remember: false });
  await waitUntil('the approved ones to be sent', () => pending.every(({ id }) => sent(box).includes(id)), 30_000);
  for (const { id } of pending) await box.say('result', { ...GOOD, request_id: id, output: 'approved' });
  await allEnded();

  // No command has reached the device twice.
  expect(new Set(sent(box)).size).toBe(sent(box).length);
  const all = await ends();
  expect(all.filter(({ output }) => output === 'approved')).toHaveLength(COUNT);
  expect(all.filter(({ output }) => output === GOOD.output)).toHaveLength(COUNT);
  for (const { success, error } of all.slice(2 * COUNT))
    expect([success, error]).toEqual([false, expect.stringMatching(/timed out|offline/)]);
});

it('a command that is repeated under its key after a crash is the same', async () => {
  const box = await world.device();
  const keyed = { ...hurried(), idempotencyKey: 'after the crash' };
  const first = box.invoke('system.which', WHICH, {}, keyed).catch(() => undefined);
  await waitUntil('it to be sent', () => sent(box).length);
  await running.kill('SIGKILL');
  await first;
  await boot();
  const again = box.invoke('system.which', WHICH, {}, { ...keyed, deadline: Date.now() + 30_000 });
  await box.say('result', { ...GOOD, request_id: sent(box)[0]! });
  expect(await again).toMatchObject({ request_id: sent(box)[0], output: GOOD.output });
  expect(sent(box)).toHaveLength(1);
});
