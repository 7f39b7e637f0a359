import type { NodeDescription, NodeDialect } from '@skep/contracts/nodes';
import { Injectable } from '@nestjs/common';
import { ConnectedNodes } from '../node/connected-nodes.js';
import { NodeSockets } from '../node/node-sockets.js';

/** Signs devices in. A node is online over its newest socket. */
@Injectable()
export class Identify {
  constructor(
    private readonly connected: ConnectedNodes,
    private readonly sockets: NodeSockets,
  ) {}

  /** @returns the id of the node; undefined if the token is not valid, or the socket is that of another node */
  async run(socket_id: string, dialect: NodeDialect, token: string, said: NodeDescription): Promise<string | undefined> {
    const node = await this.connected.findByToken(token);
    const before = await this.connected.findOnSocket(socket_id);
    if (!node || (before && before.id !== node.id)) return undefined;
    await this.connected.describe(node, said);
    const previous = await this.connected.connect(node, socket_id, dialect);
    if (previous !== socket_id) await this.sockets.close(previous, 'replaced');
    return node.id;
  }
}
