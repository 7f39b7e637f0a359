import { nodes, type ToNodeMessage } from '@skep/contracts/nodes';
import { type Ctx, receiveForSockets } from '@skep/platform';
import { asAnonymous, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type Agents, openAgents } from './agents.js';

const SOCKET = `${'5f'.repeat(8)}-${'0a'.repeat(12)}`;

let agents: Agents;
let ada: Ctx;
let node_id: string;
const received: ToNodeMessage[] = [];
const order = () =>
  waitUntil('the command', () => received.shift()?.data as { request_id: string; command: string; args: object } | undefined);
const say = (event: string, data: object) =>
  agents.call(event === 'node.auth' ? nodes.identifyNode : nodes.takeNodeResult, asAnonymous(), { socket_id: SOCKET, event, data });

beforeAll(async () => {
  agents = await openAgents(start);
  await agents.infra.startApp('nodes');
  receiveForSockets(agents.bus.connection, SOCKET.split('-')[0]!, (_, __, sent) => {
    if (typeof sent === 'object' && 'text' in sent) received.push(JSON.parse(sent.text) as ToNodeMessage);
    return true;
  });
  ada = await agents.person();
  const capabilities = ['shell'];
  ({ node_id } = await agents.call(nodes.createNode, ada, { name: 'box', platform: 'linux', capabilities }));
  const { token } = await agents.call(nodes.approveNode, ada, { node_id });
  await say('node.auth', { token });
});
afterAll(() => agents?.close());

it('an agent runs a command on a device of its person, who approves it', async () => {
  const talk = await agents.talk(ada);
  const args = { node_id, command: 'system.run', args: { command: 'uname' } };
  const answer = agents.say(ada, talk, `use node_invoke ${JSON.stringify(args)}`);
  const asking = () => agents.call(nodes.listCommandApprovals, ada, {}).then(({ pending }) => pending[0]);
  const { id } = await waitUntil('the approval', asking);
  expect(received).toEqual([]);
  await agents.call(nodes.resolveCommandApproval, ada, { id, approved: true, remember: false });
  const { request_id, ...sent } = await order();
  expect(sent).toEqual({ command: 'system.run', args: { command: 'uname' } });
  await say('node.result', { request_id, success: true, output: 'Linux' });
  expect((await answer).content).toContain('Linux');
  const { logs } = await agents.call(nodes.listNodeLogs, ada, { node_id, limit: 10 });
  expect(logs).toMatchObject([{ id: request_id, invoked_by: 'agent', success: true }]);
});

it('an agent does not reach a device of another person', async () => {
  const bob = await agents.person();
  const args = JSON.stringify({ node_id, command: 'system.which', args: { binary: 'git' } });
  expect((await agents.say(bob, await agents.talk(bob), `use node_invoke ${args}`)).content).toContain('Node not found');
  expect((await agents.say(bob, await agents.talk(bob), 'use node_list {}')).content).not.toContain(node_id);
  expect(received).toEqual([]);
});
