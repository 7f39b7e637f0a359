import { nodes, type NodeMessageData, type NodeDialect, type NodeResult, type ToNodeMessage, type InvokeNode } from '@skep/contracts/nodes';
import { type Ctx, type Env, receiveForSockets, type RunningProcess } from '@skep/platform';
import { asAnonymous, asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { randomBytes } from 'node:crypto';

export const HOME = '192.0.2.7';
export const ada = asUser('ada', { scopes: ['agent:use'], ip: HOME });
export const bob = asUser('bob', { scopes: ['agent:use'], ip: '198.51.100.9' });

/** The socket of a device, as the gateway of this test holds it. */
export interface Wire {
  socket_id: string;
  received: ToNodeMessage[];
  closed?: { code: number };
  /** Sends a message without its prefix, in the dialect of the device, and returns the answer. */
  say(name: 'auth' | 'pair.request' | 'register_capabilities' | 'heartbeat' | 'result' | 'event', fields?: Fields): Promise<ToNodeMessage>;
  /** The next message with this name. */
  next(name: string, timeoutMs?: number): Promise<ToNodeMessage>;
  /** The commands that have reached the device. */
  orders(): ToNodeMessage[];
  leave(): Promise<void>;
}
type Fields = NodeMessageData & { result?: unknown; exit_code?: number };

export interface Device extends Wire {
  id: string;
  token: string;
  invoke(command: string, args?: Record<string, unknown>, more?: Partial<InvokeNode>, who?: Ctx): Promise<NodeResult>;
}

export interface Nodes extends ServiceHarness {
  wire(options?: { dialect?: NodeDialect; ip?: string; token?: string }): Promise<Wire>;
  /** A device of a person that is online. */
  device(who?: Ctx, options?: { dialect?: NodeDialect; platform?: string; commands?: string[] }): Promise<Device>;
  /** The id of the approval that a command for a node waits for. */
  approval(who: Ctx, node_id: string): Promise<string>;
}

export const GOOD = { success: true, output: '/usr/bin/git', data: { path: '/usr/bin/git', return_code: 0 } };
export const WHICH = { binary: 'git' };

/** How long a caller waits: a test that has failed waits for it too. */
const CALLER_MS = 30_000;

const OPERATIONS = {
  auth: nodes.identifyNode,
  'pair.request': nodes.requestPairing,
  register_capabilities: nodes.describeNode,
  heartbeat: nodes.heartbeatNode,
  result: nodes.takeNodeResult,
  event: nodes.noteNodeEvent,
} as const;

/** The service with a gateway that holds the sockets of devices. Without `start` the test starts it as a process. */
export async function openNodes(start?: (env: Env) => Promise<RunningProcess>, env: Record<string, string> = {}): Promise<Nodes> {
  const harness = await startService('nodes', start, { env });
  const gateway = randomBytes(8).toString('hex');
  const wires = new Map<string, Wire>();
  receiveForSockets(harness.bus.connection, gateway, (context, id, order) => {
    const wire = wires.get(id);
    if (context !== 'nodes' || !wire || wire.closed) return false;
    if (order === 'probe') return true;
    if ('text' in order) wire.received.push(JSON.parse(order.text) as ToNodeMessage);
    else wire.closed = { code: order.code };
    return true;
  });

  const self: Nodes = {
    ...harness,
    wire: async ({ dialect = 'event', ip = HOME, token } = {}) => {
      const socket_id = `${gateway}-${randomBytes(12).toString('hex')}`;
      const received: ToNodeMessage[] = [];
      const from = asAnonymous({ ip });
      const nameOf = ({ event = '', type = '' }: ToNodeMessage) => event.replace('node.', '') || type.replace('_', '.');
      const wire: Wire = {
        ...{ socket_id, received },
        say: (name, fields = {}) =>
          harness.call(
            OPERATIONS[name] as typeof nodes.identifyNode,
            from,
            (dialect === 'event' ? { socket_id, event: `node.${name}`, data: fields } : { socket_id, type: name, ...fields }) as never,
          ),
        next: (name, timeoutMs) => waitUntil(`the message ${name}`, () => received.find((one) => nameOf(one) === name), timeoutMs),
        orders: () => received.filter((one) => nameOf(one) === 'invoke'),
        leave: async () => void (await harness.call(nodes.closeNodeSocket, from, { socket_id, code: 1006 })),
      };
      wires.set(socket_id, wire);
      const opened = await harness.call(nodes.openNodeSocket, from, { socket_id, ...(token !== undefined && { token }) });
      if (Object.keys(opened).length) received.push(opened);
      return wire;
    },
    device: async (who = ada, { dialect = 'event', platform = 'linux', commands = ['system.run', 'system.which'] } = {}) => {
      const capabilities = dialect === 'type' ? ['shell'] : commands;
      const { node_id: id } = await harness.call(nodes.createNode, who, { name: 'box', platform, capabilities });
      const { token } = await harness.call(nodes.approveNode, who, { node_id: id });
      const wire = await self.wire({ dialect });
      await wire.say('auth', { token, ...(dialect === 'event' && { platform, capabilities, declared_commands: commands }) });
      return Object.assign(wire, {
        ...{ id, token },
        invoke: (command: string, args = {}, more: Partial<InvokeNode> = {}, by = who) => {
          const answer = harness.call(
            nodes.invokeNode,
            { ...by, deadline: Math.min(by.deadline, Date.now() + CALLER_MS) },
            { node_id: id, command, args, invoked_by: 'user', ...more },
          );
          answer.catch(() => undefined);
          return answer;
        },
      });
    },
    approval: async (who, node_id) =>
      (
        await waitUntil('an approval to be asked for', async () =>
          (await harness.call(nodes.listCommandApprovals, who, {})).pending.find((one) => one.node_id === node_id),
        )
      ).id,
  };
  return self;
}

/** The id of the request in an order, whatever its dialect. */
export const requestOf = ({ data, request_id }: ToNodeMessage): string =>
  String((data as { request_id?: string })?.request_id ?? request_id);
