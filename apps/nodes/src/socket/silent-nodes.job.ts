import { IntervalJob, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { InvocationRepository } from '../invocation/invocation.repository.js';
import { ConnectedNodes } from '../node/connected-nodes.js';
import { NodeSockets } from '../node/node-sockets.js';

/** Devices of the dialect `event` send a heartbeat every 30 seconds; the others need not send anything. */
const SILENT_MS = 90_000;

/** Disconnects nodes that are not heard any more, such as those of a gateway that has died, and ends commands whose time is over. */
@Injectable()
export class SilentNodesJob extends IntervalJob {
  constructor(
    private readonly connected: ConnectedNodes,
    private readonly sockets: NodeSockets,
    private readonly invocations: InvocationRepository,
    @Inject(LOG) log: Log,
  ) {
    super(5_000, log, 'silent nodes could not be disconnected; trying again in five seconds');
  }

  protected async execute(): Promise<void> {
    for (const { socket_id, dialect } of await this.connected.silentFor(SILENT_MS)) {
      if (dialect === 'type' && (await this.sockets.isOpen(socket_id))) {
        await this.connected.seen(socket_id);
        continue;
      }
      await this.sockets.close(socket_id, 'silent');
      await this.connected.disconnect(socket_id);
    }
    await this.invocations.failLate();
  }
}
