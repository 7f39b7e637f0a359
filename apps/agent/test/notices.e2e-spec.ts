import { agent, type AgentSocketMessage } from '@skep/contracts/agent';
import { nodes } from '@skep/contracts/nodes';
import { receiveForSockets } from '@skep/platform';
import { asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { start } from '../src/main.js';

const scopes = ['agent:use'];
const ada = asUser('ada', { scopes });
const bob = asUser('bob', { scopes });
const GATEWAY = randomBytes(8).toString('hex');

let harness: ServiceHarness;
const received = new Map<string, AgentSocketMessage[]>();

beforeAll(async () => {
  harness = await startService('agent', start);
  receiveForSockets(harness.bus.connection, GATEWAY, (_, id, order) => {
    const messages = received.get(id);
    if (messages && order !== 'probe' && 'text' in order) messages.push(JSON.parse(order.text) as AgentSocketMessage);
    return messages !== undefined;
  });
});
afterAll(() => harness?.close());

function socket(): { socket_id: string; messages: AgentSocketMessage[] } {
  const [socket_id, messages] = [`${GATEWAY}-${randomBytes(12).toString('hex')}`, [] as AgentSocketMessage[]];
  received.set(socket_id, messages);
  return { socket_id, messages };
}

it('the sockets of a person learn that a command waits, in their dialect, and nobody else does', async () => {
  const [mine, other, closed, narrow, foreign] = [socket(), socket(), socket(), socket(), socket()];
  await harness.call(agent.identifySocket, ada, { socket_id: mine.socket_id, event: 'auth' });
  await harness.call(agent.identifySocket, ada, { socket_id: other.socket_id, type: 'auth' });
  await harness.call(agent.identifySocket, ada, { socket_id: closed.socket_id, type: 'auth' });
  await harness.call(agent.closeSocket, ada, { socket_id: closed.socket_id, code: 1000 });
  await harness.call(agent.identifySocket, { ...ada, scopes: [] }, { socket_id: narrow.socket_id, event: 'auth' });
  await harness.call(agent.identifySocket, bob, { socket_id: foreign.socket_id, event: 'auth' });
  const asked = { tenant_id: ada.tenant, user_id: ada.user, node_id: 'box', approval_id: 'one' };
  await harness.publish(nodes.commandAsked, asked);
  await waitUntil('the notices', () => Promise.resolve(mine.messages.length && other.messages.length));
  await harness.publish(nodes.commandAsked, { ...asked, user_id: bob.user, approval_id: 'two' });
  await waitUntil('the notice of another person', () => Promise.resolve(foreign.messages.length));
  const data = { approval_id: 'one', node_id: 'box' };
  expect([mine.messages, other.messages]).toEqual([[{ event: 'node.approval', data }], [{ type: 'node_approval', ...data }]]);
  expect([closed.messages, narrow.messages]).toEqual([[], []]);
  expect(foreign.messages).toEqual([{ event: 'node.approval', data: { approval_id: 'two', node_id: 'box' } }]);
});
