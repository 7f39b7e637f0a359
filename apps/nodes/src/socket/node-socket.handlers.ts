import { Conflict, NotFound, type SocketClosed, Unauthenticated } from '@skep/contracts';
import { type NodeMessage, nodes, type OpenNodeSocket, type ToNodeMessage } from '@skep/contracts/nodes';
import { type Ctx, Database, Handle, Handlers, Runs } from '@skep/platform';
import { InvocationRepository } from '../invocation/invocation.repository.js';
import { RESULT } from '../invocation/invocation-run.js';
import { ConnectedNodes } from '../node/connected-nodes.js';
import type { NodeEntity } from '../node/node.entity.js';
import { messageTo, NodeSockets } from '../node/node-sockets.js';
import { PairingRepository } from '../pairing/pairing.repository.js';
import { Identify } from './identify.js';
import { dialectOf, fieldsOf, requiredOf, resultOf } from './node-message.js';

const BAD_TOKEN = 'The token is not valid.';

/** Devices over WebSockets: the gateway holds them, and knows them by an id. What a device may do follows from the node that its socket is of. */
@Handlers()
export class NodeSocketHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly connected: ConnectedNodes,
    private readonly identify: Identify,
    private readonly sockets: NodeSockets,
    private readonly requests: PairingRepository,
    private readonly invocations: InvocationRepository,
  ) {}

  @Handle(nodes.openNodeSocket)
  async openNodeSocket(_: Ctx, { socket_id, token }: OpenNodeSocket): Promise<ToNodeMessage> {
    if (token === undefined) return {};
    const node_id = await this.identify.run(socket_id, 'event', token, {});
    if (node_id !== undefined) return messageTo('event', 'auth.ok', { node_id });
    await this.sockets.tell(socket_id, 'event', 'auth.error', { message: BAD_TOKEN });
    await this.sockets.close(socket_id, 'refused');
    return {};
  }

  @Handle(nodes.closeNodeSocket)
  async closeNodeSocket(_: Ctx, { socket_id }: SocketClosed) {
    await Promise.all([this.connected.disconnect(socket_id), this.requests.removeOfSocket(socket_id)]);
    return {};
  }

  @Handle(nodes.identifyNode)
  async identifyNode(_: Ctx, message: NodeMessage): Promise<ToNodeMessage> {
    const [dialect, { token = '', ...said }] = [dialectOf(message), fieldsOf(message)];
    const node_id = await this.identify.run(message.socket_id, dialect, token, said);
    if (node_id === undefined) return messageTo(dialect, 'auth.error', { message: BAD_TOKEN });
    return messageTo(dialect, 'auth.ok', { node_id });
  }

  @Handle(nodes.requestPairing)
  async requestPairing(ctx: Ctx, message: NodeMessage): Promise<ToNodeMessage> {
    const { socket_id } = message;
    const name = requiredOf(message, 'name');
    if (await this.connected.findOnSocket(socket_id)) throw Conflict('Already authenticated');
    const { platform = 'unknown', capabilities = [], metadata = {} } = fieldsOf(message);
    const dialect = dialectOf(message);
    const node_id = await this.requests.add(ctx, { name, platform, capabilities, metadata, socket_id, dialect });
    return messageTo(dialect, 'pair.pending', { node_id, message: 'Waiting for approval' });
  }

  @Handle(nodes.describeNode)
  async describeNode(_: Ctx, message: NodeMessage) {
    await this.connected.describe(await this.nodeOf(message), fieldsOf(message));
    return {};
  }

  @Handle(nodes.heartbeatNode)
  async heartbeatNode(_: Ctx, message: NodeMessage) {
    await this.nodeOf(message);
    return {};
  }

  @Handle(nodes.noteNodeEvent)
  async noteNodeEvent(_: Ctx, message: NodeMessage) {
    await this.nodeOf(message);
    return {};
  }

  @Handle(nodes.takeNodeResult)
  async takeNodeResult(_: Ctx, message: NodeMessage) {
    const node = await this.nodeOf(message);
    const request_id = requiredOf(message, 'request_id');
    const isTaken = await this.db.inTenant(node.tenant_id, () =>
      this.db.transaction(async () => {
        const run_id = await this.invocations.end(node.id, request_id, resultOf(message));
        return run_id !== undefined && this.runs.answer(run_id, RESULT, {});
      }),
    );
    if (!isTaken) throw NotFound('No command with this request_id waits for this node.');
    return {};
  }

  /** The node of a socket. Notes that it is there. @throws Problem `unauthenticated` */
  private async nodeOf({ socket_id }: NodeMessage): Promise<NodeEntity> {
    const node = await this.connected.findOnSocket(socket_id);
    if (!node) throw Unauthenticated('Sign in first.');
    await this.connected.seen(socket_id);
    return node;
  }
}
