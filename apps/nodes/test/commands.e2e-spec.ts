import { auth } from '@skep/contracts/auth';
import { nodes } from '@skep/contracts/nodes';
import { asUser, codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { ada, bob, type Device, GOOD, type Nodes, openNodes, requestOf, WHICH } from './nodes.js';

let world: Nodes;

beforeAll(async () => {
  world = await openNodes(start);
});
afterAll(() => world?.close());

const resolve = (id: string, approved: boolean, remember = false, who = ada) =>
  world.call(nodes.resolveCommandApproval, who, { id, approved, remember });
const reply = async (box: Device, result: object = GOOD) =>
  box.say('result', { request_id: requestOf(await box.next('invoke')), ...result });
const wordsOf = async (answer: Promise<unknown>) => String((await problemOf(answer)).body.detail);
const logOf = async (box: Device) => (await world.call(nodes.listNodeLogs, ada, { node_id: box.id, limit: 10 })).logs;

describe('a command', () => {
  it('goes to the device, and its result comes back', async () => {
    const box = await world.device();
    const answer = box.invoke('system.which', WHICH);
    const order = await box.next('invoke');
    expect(order).toEqual({ event: 'node.invoke', data: { command: 'system.which', args: WHICH, request_id: requestOf(order) } });
    await box.say('event', {});
    await reply(box);
    const { duration_ms, ...result } = await answer;
    expect(result).toEqual({
      ...{ request_id: requestOf(order), node_id: box.id, success: true, exit_code: 0 },
      ...{ output: GOOD.output, result: GOOD.output, data: GOOD.data },
    });
    expect(duration_ms).toBeGreaterThanOrEqual(0);
    expect(await logOf(box)).toEqual([
      expect.objectContaining({ command: 'system.which', args: WHICH, success: true, output: GOOD.output, invoked_by: 'user' }),
    ]);
    expect(await codeOf(world.call(nodes.listNodeLogs, bob, { node_id: box.id, limit: 10 }))).toBe('node_not_found');
  });

  it('that fails on the device is a problem with its words', async () => {
    const box = await world.device();
    const problem = problemOf(box.invoke('system.which', WHICH));
    await reply(box, { success: false, output: '', error: 'no such binary' });
    expect(await problem).toMatchObject({ body: { code: 'node_command_failed', status: 400, detail: 'no such binary' } });
  });

  it('is asked of a device in its dialect', async () => {
    const box = await world.device(ada, { dialect: 'type', platform: 'macos' });
    const answer = box.invoke('shell', { cmd: 'uname -a' });
    await resolve(await world.approval(ada, box.id), true);
    const order = await box.next('invoke');
    expect(order).toEqual({ type: 'invoke', command: 'shell', args: { cmd: 'uname -a' }, request_id: requestOf(order) });
    await reply(box, { result: 'Darwin', exit_code: 3 });
    expect(await answer).toMatchObject({ success: true, output: 'Darwin', result: 'Darwin', exit_code: 3 });
  });

  it('to a node that is offline fails at once, also if its gateway has died', async () => {
    const [box, gone] = [await world.device(), await world.device()];
    await box.leave();
    expect(await wordsOf(box.invoke('system.which', WHICH))).toMatch(/offline/);
    gone.closed = { code: 1006 };
    expect(await wordsOf(gone.invoke('system.which', WHICH))).toMatch(/offline/);
    expect((await world.call(nodes.getNode, ada, { node_id: gone.id })).status).toBe('offline');
  });

  it('with the same idempotency key reaches the device once', async () => {
    const box = await world.device();
    const keyed = { ...ada, idempotencyKey: `key ${box.id}` };
    const both = [box.invoke('system.which', WHICH, {}, keyed), box.invoke('system.which', WHICH, {}, keyed)];
    await reply(box);
    const [first, second] = await Promise.all(both);
    expect([second, box.orders().length]).toEqual([first, 1]);
  });

  it('for any node goes to one that is online and accepts it', async () => {
    const cy = asUser('cy', { scopes: ['agent:use'] });
    const [off, other, box] = [await world.device(cy), await world.device(cy, { commands: ['notify.send'] }), await world.device(cy)];
    await off.leave();
    const answer = other.invoke('system.which', WHICH, { node_id: 'any' });
    await reply(box);
    expect((await answer).node_id).toBe(box.id);
    expect(await wordsOf(other.invoke('camera.capture', {}, { node_id: 'any' }))).toMatch(/No node that is online/);
  });

  it('that the device does not declare, that its platform lacks, that its person denies or that nobody knows is refused', async () => {
    const box = await world.device(ada, { commands: ['system.which', 'camera.capture', 'constructor', 'notify.send'] });
    const change = { node_id: box.id, denied_commands: ['notify.send'], forget_approvals: false };
    await world.call(nodes.updateNode, ada, change);
    for (const command of ['system.run', 'camera.capture', 'constructor', 'no.such', 'notify.send'])
      expect(await wordsOf(box.invoke(command, { command: 'date' }))).toMatch(/does not accept/);
    expect(box.orders()).toEqual([]);
    const shell = await world.device();
    for (const [command, args] of [
      ['system.run', {}],
      ['system.run', { command: ' ' }],
      ['shell', { cmd: 7 }],
    ] as const)
      expect(await codeOf(shell.invoke(command, args))).toBe('invalid_input');
  });

  it('of another person is refused: the node does not exist', async () => {
    const box = await world.device();
    expect(await codeOf(box.invoke('system.which', WHICH, {}, bob))).toBe('node_not_found');
    expect(box.orders()).toEqual([]);
  });
});

describe('a command that needs an approval', () => {
  it('waits for it, and is shown as it is sent', async () => {
    const box = await world.device();
    const answer = box.invoke('system.run', { command: 'uname -a', cwd: '/tmp' });
    const id = await world.approval(ada, box.id);
    const events = await world.query(`select payload from outbox where subject like '%.commandAsked' and payload->>'node_id' = $1`, [
      box.id,
    ]);
    expect(events).toEqual([{ payload: { tenant_id: ada.tenant, user_id: ada.user, node_id: box.id, approval_id: id } }]);
    const [shown] = (await world.call(nodes.listCommandApprovals, ada, {})).pending;
    expect([shown!.command, box.orders()]).toEqual(['uname -a {"cwd":"/tmp"}', []]);
    expect((await world.call(nodes.listCommandApprovals, bob, {})).pending).toEqual([]);
    expect(await codeOf(resolve(id, true, false, bob))).toBe('no_command_approval');
    expect(await resolve(id, true)).toEqual({ status: 'approved', approval_id: id });
    expect(await codeOf(resolve(id, true))).toBe('no_command_approval');
    expect((await box.next('invoke')).data).toMatchObject({ command: 'system.run', args: { command: 'uname -a', cwd: '/tmp' } });
    await reply(box);
    await answer;
  });

  it('and is denied does not reach the device', async () => {
    const box = await world.device();
    const words = wordsOf(box.invoke('system.run', { command: 'rm -rf build' }));
    const id = await world.approval(ada, box.id);
    expect(await resolve(id, false, true)).toEqual({ status: 'denied', approval_id: id });
    expect([await words, box.orders()]).toEqual([expect.stringMatching(/denied/), []]);
    const again = wordsOf(box.invoke('system.run', { command: 'rm -rf build' }));
    await resolve(await world.approval(ada, box.id), false);
    expect(await again).toMatch(/denied/);
  });

  it('may be remembered: for this node and all of the command, until it is forgotten', async () => {
    const [box, other] = [await world.device(), await world.device()];
    const run = async (device: Device, args: object) => {
      device.received.length = 0;
      const answer = device.invoke('system.run', { ...args });
      await reply(device);
      return answer;
    };
    const first = box.invoke('system.run', { command: 'date', timeout: 5 });
    await resolve(await world.approval(ada, box.id), true, true);
    await reply(box);
    await first;
    expect(await run(box, { timeout: 5, command: 'date' })).toMatchObject({ success: true });
    expect((await world.call(nodes.getNode, ada, { node_id: box.id })).remembered_approvals).toBe(1);
    for (const [device, args] of [
      [box, { command: 'date; reboot', timeout: 5 }],
      [box, { command: 'date', timeout: 5, cwd: '/' }],
      [other, { command: 'date', timeout: 5 }],
    ] as const) {
      device.received.length = 0;
      const words = wordsOf(device.invoke('system.run', args));
      await resolve(await world.approval(ada, device.id), false);
      expect([await words, device.orders()]).toEqual([expect.stringMatching(/denied/), []]);
    }
    await world.call(nodes.updateNode, ada, { node_id: box.id, forget_approvals: true });
    const again = wordsOf(box.invoke('system.run', { command: 'date', timeout: 5 }));
    await resolve(await world.approval(ada, box.id), false);
    expect(await again).toMatch(/denied/);
  });

  it('is asked for more often if an agent asks', async () => {
    const box = await world.device(ada, { platform: 'macos', commands: ['camera.capture', 'system.which'] });
    const mine = box.invoke('camera.capture');
    await reply(box);
    await mine;
    box.received.length = 0;
    const ofAgent = box.invoke('camera.capture', {}, { invoked_by: 'agent' });
    await resolve(await world.approval(ada, box.id), false);
    expect([await wordsOf(ofAgent), box.orders()]).toEqual([expect.stringMatching(/denied/), []]);
    const harmless = box.invoke('system.which', WHICH, { invoked_by: 'agent' });
    await reply(box);
    expect(await harmless).toMatchObject({ success: true });
  });
});

describe('a result', () => {
  it('counts only from the node that was asked, once, while the command waits for it', async () => {
    const [box, second, foreign, stranger] = [await world.device(), await world.device(), await world.device(bob), await world.wire()];
    const answer = box.invoke('system.which', WHICH);
    const request_id = requestOf(await box.next('invoke'));
    const forged = { ...GOOD, request_id, output: 'forged' };
    expect(await codeOf(second.say('result', forged))).toBe('not_found');
    expect(await codeOf(foreign.say('result', forged))).toBe('not_found');
    expect(await codeOf(stranger.say('result', forged))).toBe('unauthenticated');
    await box.say('result', { ...GOOD, request_id });
    expect((await answer).output).toBe(GOOD.output);
    expect(await codeOf(box.say('result', forged))).toBe('not_found');
    expect((await logOf(box))[0]!.output).toBe(GOOD.output);
    expect(await codeOf(box.say('result', GOOD))).toBe('invalid_input');
  });

  it('does not count before the command was approved', async () => {
    const box = await world.device();
    const words = wordsOf(box.invoke('system.run', { command: 'date' }));
    const request_id = await world.approval(ada, box.id);
    expect(await codeOf(box.say('result', { ...GOOD, request_id }))).toBe('not_found');
    await resolve(request_id, false);
    expect(await words).toMatch(/denied/);
  });

  it('comes over the newest socket of the node', async () => {
    const box = await world.device();
    const answer = box.invoke('system.which', WHICH);
    const request_id = requestOf(await box.next('invoke'));
    const again = await world.wire({ token: box.token });
    expect(await codeOf(box.say('result', { ...GOOD, request_id, output: 'old' }))).toBe('unauthenticated');
    await again.say('result', { ...GOOD, request_id });
    expect((await answer).output).toBe(GOOD.output);
  });
});

describe('commands in progress', () => {
  it('end with their node, or its user', async () => {
    const eve = asUser('eve', { scopes: ['agent:use'] });
    for (const who of [ada, eve]) {
      const box = await world.device(who);
      const [sent, asking] = [box.invoke('system.which', WHICH), box.invoke('system.run', { command: 'date' })];
      await Promise.all([box.next('invoke'), world.approval(who, box.id)]);
      if (who === ada) await world.call(nodes.removeNode, who, { node_id: box.id });
      else await world.publish(auth.userErased, { tenant_id: who.tenant, user_id: who.user });
      expect([await wordsOf(sent), await wordsOf(asking)]).toEqual(['The node was removed.', 'The node was removed.']);
    }
    const open = () => world.query(`select from run where ended_at is null and kind = 'node.invoke'`);
    await waitUntil('their runs to end', async () => !(await open()).length);
  });
});
