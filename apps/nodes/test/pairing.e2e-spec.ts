import { auth } from '@skep/contracts/auth';
import { MAX_NODES, MAX_PAIRING_REQUESTS, nodes } from '@skep/contracts/nodes';
import { asService, asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { ada, bob, HOME, type Nodes, openNodes, type Wire } from './nodes.js';

let world: Nodes;
const admin = asUser('admin', { scopes: ['*'], ip: '203.0.113.1' });

beforeAll(async () => {
  world = await openNodes(start);
});
afterAll(() => world?.close());
afterEach(() => world.query('delete from pairing_request'));

const pending = async (who = ada) => (await world.call(nodes.listPendingNodes, who, {})).pending.map(({ node_id }) => node_id);
const approve = (node_id: string, who = ada) => world.call(nodes.approveNode, who, { node_id });
const reject = (node_id: string, who = ada) => world.call(nodes.rejectNode, who, { node_id });
const statusOf = async (node_id: string) => (await world.call(nodes.getNode, ada, { node_id })).status;
async function asking(wire: Wire): Promise<string> {
  const { data } = await wire.say('pair.request', { name: 'box', platform: 'linux', capabilities: ['system.which'] });
  return (data as { node_id: string }).node_id;
}

/** The events of a node, in their order. */
const eventsOf = async (node_id: string) =>
  (await world.query(`select subject, payload, ctx from outbox where payload->>'node_id' = $1 order by seq`, [node_id])).map(
    ({ subject, payload }) => [String(subject).split('.').at(-1), (payload as { decision?: string }).decision].filter(Boolean).join(' '),
  );

describe('a device that asks to be paired', () => {
  it('causes events: who decided what, and when it connects and disconnects', async () => {
    const wire = await world.wire();
    const node_id = await asking(wire);
    const { token } = await approve(node_id);
    await wire.say('auth', { token });
    await wire.say('auth', { token });
    const other = await world.wire({ token });
    await waitUntil('the first socket to be replaced', () => Promise.resolve(wire.closed));
    await wire.leave();
    await other.leave();
    await world.call(nodes.removeNode, ada, { node_id });
    expect(await eventsOf(node_id)).toEqual(['nodeDecided approved', 'nodeConnected', 'nodeDisconnected', 'nodeDecided removed']);
    const [event] = await world.query(`select ctx, payload from outbox where payload->>'node_id' = $1 order by seq limit 1`, [node_id]);
    expect(event).toMatchObject({ ctx: { user: ada.user }, payload: { tenant_id: ada.tenant, user_id: ada.user } });
  });

  it('causes events if it is created or rejected, but not if nothing was decided', async () => {
    const { node_id } = await world.call(nodes.createNode, ada, { name: 'box', platform: 'linux', capabilities: [] });
    expect(await codeOf(approve(node_id, bob))).toBe('no_pairing_request');
    expect(await codeOf(reject(node_id, bob))).toBe('no_pairing_request');
    await reject(node_id);
    expect(await eventsOf(node_id)).toEqual(['nodeDecided created', 'nodeDecided rejected']);
  });

  it('belongs to who approves it, gets its token, and signs in with it', async () => {
    const wire = await world.wire();
    const node_id = await asking(wire);
    expect(await pending()).toEqual([node_id]);
    const approved = await approve(node_id);
    expect(approved).toMatchObject({ node_id, name: 'box' });
    expect((await wire.next('pair.approved')).data).toEqual({ node_id, token: approved.token });
    expect([await pending(), await statusOf(node_id)]).toEqual([[], 'paired']);
    expect(await codeOf(world.call(nodes.getNode, bob, { node_id }))).toBe('node_not_found');
    expect(await wire.say('auth', { token: approved.token })).toEqual({ event: 'node.auth.ok', data: { node_id } });
    expect(await statusOf(node_id)).toBe('online');
    expect(await codeOf(wire.say('pair.request', { name: 'again' }))).toBe('conflict');
    await wire.leave();
    expect(await statusOf(node_id)).toBe('offline');
    expect(JSON.stringify(await world.query('select * from node'))).not.toContain(approved.token);
  });

  it('is decided on from its network, and by administrators of the operator; for others it does not exist', async () => {
    const node_id = await asking(await world.wire());
    const others = [
      bob,
      asUser('eve', { ip: HOME, actor: 'service:panel' }),
      asUser('boss', { tenant: 'branch', scopes: ['*'], ip: '203.0.113.2' }),
    ];
    for (const other of others) {
      expect(await pending(other)).toEqual([]);
      expect([await codeOf(approve(node_id, other)), await codeOf(reject(node_id, other))]).toEqual([
        'no_pairing_request',
        'no_pairing_request',
      ]);
    }
    expect(await pending(admin)).toEqual([node_id]);
    expect((await approve(node_id, admin)).node_id).toBe(node_id);
    expect(await codeOf(approve(node_id))).toBe('no_pairing_request');
  });

  it('is notified that it was rejected, once', async () => {
    const wire = await world.wire({ dialect: 'type' });
    const { node_id = '', type } = await wire.say('pair.request', { name: 'box' });
    expect(type).toBe('pair_pending');
    expect(await reject(node_id)).toEqual({ status: 'rejected', node_id });
    expect(await wire.next('pair.rejected')).toMatchObject({ type: 'pair_rejected', node_id });
    expect([await codeOf(reject(node_id)), await codeOf(approve(node_id))]).toEqual(['no_pairing_request', 'no_pairing_request']);
  });

  it('waits for five minutes, or until it leaves', async () => {
    const wire = await world.wire();
    const first = await asking(wire);
    await world.query(`update pairing_request set expires_at = now() - interval '1 second'`);
    expect([await pending(), await codeOf(approve(first))]).toEqual([[], 'no_pairing_request']);
    const second = await asking(wire);
    expect(await pending()).toEqual([second]);
    await wire.leave();
    expect(await codeOf(approve(second))).toBe('no_pairing_request');
  });

  it('shares a limit with its network, also at once; a socket asks once at a time', async () => {
    const wires = await Promise.all(Array.from({ length: MAX_PAIRING_REQUESTS + 5 }, () => world.wire()));
    const asked = await Promise.allSettled(wires.map((wire) => asking(wire)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_PAIRING_REQUESTS);
    const refused = wires[asked.findIndex(({ status }) => status === 'rejected')]!;
    expect(await codeOf(asking(refused))).toBe('too_many_pairing_requests');
    await asking(wires[asked.findIndex(({ status }) => status === 'fulfilled')]!);
    expect(await pending()).toHaveLength(MAX_PAIRING_REQUESTS);
    expect(await asking(await world.wire({ ip: '198.51.100.77' }))).toEqual(expect.any(String));
  });

  it('needs a name', async () => {
    expect(await codeOf((await world.wire()).say('pair.request', { platform: 'linux' }))).toBe('invalid_input');
  });
});

describe('a node that its person began to pair', () => {
  it('signs in once it is approved, with either token', async () => {
    const { node_id, token } = await world.call(nodes.createNode, ada, { name: 'mac', platform: 'macos', capabilities: ['shell'] });
    const wire = await world.wire();
    expect(await statusOf(node_id)).toBe('pending');
    expect((await wire.say('auth', { token })).event).toBe('node.auth.error');
    expect([await pending(), await pending(bob), await pending(admin)]).toEqual([[node_id], [], []]);
    expect([await codeOf(approve(node_id, bob)), await codeOf(reject(node_id, bob))]).toEqual(['no_pairing_request', 'no_pairing_request']);
    const approved = await approve(node_id);
    for (const each of [token, approved.token])
      expect((await (await world.wire()).say('auth', { token: each })).event).toBe('node.auth.ok');
    expect(await codeOf(approve(node_id))).toBe('no_pairing_request');
  });

  it('is gone when it is rejected', async () => {
    const { node_id } = await world.call(nodes.createNode, ada, { name: 'mac', platform: 'macos', capabilities: [] });
    await reject(node_id);
    expect(await codeOf(world.call(nodes.getNode, ada, { node_id }))).toBe('node_not_found');
  });

  it('counts, and a person has a limited number', async () => {
    const cy = asUser('cy', { scopes: ['agent:use'] });
    await world.query(
      `insert into node (id, tenant_id, user_id, name, platform, capabilities, token_hashes)
       select 'many ' || n, 'default', $1, 'n', 'linux', '{}', '{}' from generate_series(1, $2::int) n`,
      [cy.user, MAX_NODES],
    );
    expect(await codeOf(world.call(nodes.createNode, cy, { name: 'more', platform: 'linux', capabilities: [] }))).toBe('too_many_nodes');
  });
});

describe('a token', () => {
  it('opens nothing unless all of it is right', async () => {
    const { token, id } = await world.device();
    const other = await world.device();
    const forged = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `${other.token.slice(0, 38)}${token.slice(38)}`,
      `node_${id}`,
      '',
      'x',
    ];
    for (const wrong of forged) expect((await (await world.wire()).say('auth', { token: wrong })).event).toBe('node.auth.error');
    const late = await world.wire({ token: forged[0]! });
    await late.next('auth.error');
    expect(late.closed).toEqual({ code: 4001 });
    const seed = await world.wire({ dialect: 'type' });
    expect(await seed.say('auth', { token: 'wrong' })).toMatchObject({ type: 'auth_error', message: expect.any(String) });
  });

  it('in the address signs in at once; a node is online over its newest socket', async () => {
    const box = await world.device();
    const again = await world.wire({ token: box.token });
    expect(again.received).toEqual([{ event: 'node.auth.ok', data: { node_id: box.id } }]);
    await waitUntil('the old socket to close', () => box.closed);
    await box.leave();
    expect(await statusOf(box.id)).toBe('online');
  });

  it('of a removed node opens nothing, and its socket closes', async () => {
    const box = await world.device();
    expect(await codeOf(world.call(nodes.removeNode, bob, { node_id: box.id }))).toBe('node_not_found');
    expect(await world.call(nodes.removeNode, ada, { node_id: box.id })).toEqual({ status: 'removed', node_id: box.id });
    expect(box.closed).toEqual({ code: 4004 });
    expect(await codeOf(box.say('heartbeat'))).toBe('unauthenticated');
    expect((await (await world.wire()).say('auth', { token: box.token })).event).toBe('node.auth.error');
  });

  it('opens only the node that it is of: a socket does not change it', async () => {
    const [box, other] = [await world.device(), await world.device(bob)];
    expect((await box.say('auth', { token: other.token })).event).toBe('node.auth.error');
    expect(await statusOf(box.id)).toBe('online');
  });
});

describe('a node', () => {
  it('says what it can do, and is seen', async () => {
    const box = await world.device();
    await world.query(`update node set last_seen = now() - interval '1 minute' where id = $1`, [box.id]);
    const before = await world.call(nodes.getNode, ada, { node_id: box.id });
    await box.say('register_capabilities', {
      capabilities: ['notify'],
      declared_commands: ['notify.send'],
      version: '2',
      device_family: 'laptop',
    });
    const after = await world.call(nodes.getNode, ada, { node_id: box.id });
    expect(after).toMatchObject({ capabilities: ['notify'], declared_commands: ['notify.send'], version: '2', device_family: 'laptop' });
    expect(after.last_seen! > before.last_seen!).toBe(true);
    for (const name of ['heartbeat', 'event'] as const) expect(await box.say(name)).toEqual({});
    for (const name of ['heartbeat', 'event', 'register_capabilities'] as const)
      expect(await codeOf((await world.wire()).say(name))).toBe('unauthenticated');
  });

  it('that is not heard for 90 seconds is disconnected, unless its dialect has no heartbeat and its socket is open', async () => {
    const [box, seed, gone] = [
      await world.device(),
      await world.device(ada, { dialect: 'type' }),
      await world.device(ada, { dialect: 'type' }),
    ];
    gone.closed = { code: 1006 };
    await world.query(`update node set last_seen = now() - interval '91 seconds' where id = any($1)`, [[box.id, seed.id, gone.id]]);
    for (const { id } of [box, gone]) await waitUntil('it to be offline', async () => (await statusOf(id)) === 'offline');
    const isSeen = () => world.query(`select from node where id = $1 and last_seen > now() - interval '1 minute'`, [seed.id]);
    await waitUntil('the other one to be seen', async () => (await isSeen()).length);
    expect([box.closed, seed.closed, await statusOf(seed.id)]).toEqual([{ code: 4002 }, undefined, 'online']);
  });

  it('is renamed by its person only', async () => {
    const box = await world.device();
    const change = { node_id: box.id, name: 'desk', forget_approvals: false };
    expect(await codeOf(world.call(nodes.updateNode, bob, change))).toBe('node_not_found');
    expect((await world.call(nodes.updateNode, ada, change)).name).toBe('desk');
    expect((await world.call(nodes.listNodes, bob, {})).nodes.some(({ id }) => id === box.id)).toBe(false);
    expect(await codeOf(world.call(nodes.getNode, asUser('ada', { tenant: 'branch' }), { node_id: box.id }))).toBe('node_not_found');
  });

  it('goes with its user, whose devices are disconnected', async () => {
    const dan = asUser('dan', { scopes: ['agent:use'] });
    const box = await world.device(dan);
    await world.publish(auth.userErased, { tenant_id: dan.tenant, user_id: dan.user });
    await waitUntil('the socket to close', () => box.closed);
    expect((await world.call(nodes.listNodes, dan, {})).nodes).toEqual([]);
    expect(await codeOf(world.call(nodes.approveNode, asService('panel'), { node_id: box.id }))).toBe('no_pairing_request');
  });
});
