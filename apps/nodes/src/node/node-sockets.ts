import { type NodeDialect, ToNodeMessage } from '@skep/contracts/nodes';
import { LOG, type Log, Sockets } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

/** Messages to devices, without the prefix of their dialect. */
export type NodeMessageName = 'auth.ok' | 'auth.error' | 'pair.pending' | 'pair.approved' | 'pair.rejected' | 'invoke';

/** Why a socket of a device closes. */
export const CLOSED = {
  refused: [4001, 'The token is not valid.'],
  silent: [4002, 'No heartbeat arrived in time.'],
  replaced: [4003, 'The node has connected again.'],
  removed: [4004, 'The node was removed.'],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

/** A message as the devices of a dialect know it. */
export const messageTo = (dialect: NodeDialect, name: NodeMessageName, fields: object): ToNodeMessage =>
  dialect === 'event' ? { event: `node.${name}`, data: fields } : { type: name.replace('.', '_'), ...fields };

/** Sends to the sockets of devices. */
@Injectable()
export class NodeSockets {
  constructor(
    private readonly sockets: Sockets,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @returns whether the socket is open @throws Problem `unavailable` */
  send(socket_id: string, dialect: NodeDialect, name: NodeMessageName, fields: object): Promise<boolean> {
    return this.sockets.send(socket_id, ToNodeMessage, messageTo(dialect, name, fields));
  }

  /** Like `send`, for messages that may be lost. */
  async tell(...message: Parameters<NodeSockets['send']>): Promise<void> {
    await this.send(...message).catch((error: unknown) => this.log.debug({ error }, 'a message did not reach a device'));
  }

  /** @throws Problem `unavailable` */
  isOpen(socket_id: string): Promise<boolean> {
    return this.sockets.isOpen(socket_id);
  }

  /** A socket that cannot be closed now is of no node any more. */
  async close(socket_id: string | null, why: keyof typeof CLOSED): Promise<void> {
    if (!socket_id) return;
    const [code, reason] = CLOSED[why];
    await this.sockets
      .close(socket_id, code, reason)
      .catch((error: unknown) => this.log.debug({ error }, 'the socket of a device could not be closed'));
  }
}
