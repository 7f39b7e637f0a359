import { type NodeApproved, NoPairingRequest } from '@skep/contracts/nodes';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { NodeRepository } from '../node/node.repository.js';
import { NodeSockets } from '../node/node-sockets.js';
import type { PairingRequestEntity } from './pairing-request.entity.js';
import { PairingRepository } from './pairing.repository.js';

interface Approved {
  name: string;
  token: string;
  /** That of a device that asked. */
  request?: PairingRequestEntity;
}

/** Approves and rejects nodes. Who approves a device that asked owns it. */
@Injectable()
export class DecidePairing {
  constructor(
    private readonly db: Database,
    private readonly nodes: NodeRepository,
    private readonly requests: PairingRepository,
    private readonly sockets: NodeSockets,
  ) {}

  /** @throws Problem `no_pairing_request`, `too_many_nodes` */
  async approve(ctx: Ctx, node_id: string): Promise<NodeApproved> {
    const { name, token, request } = await this.db.transaction(async (): Promise<Approved> => {
      await this.nodes.noteDecision(ctx, node_id, 'approved');
      return (await this.nodes.approve(ctx, node_id)) ?? this.adopt(ctx, node_id);
    });
    if (request) await this.sockets.tell(request.socket_id, request.dialect, 'pair.approved', { node_id, token });
    return { node_id, name, token };
  }

  /** @throws Problem `no_pairing_request` */
  async reject(ctx: Ctx, node_id: string): Promise<void> {
    const request = await this.db.transaction(async () => {
      await this.nodes.noteDecision(ctx, node_id, 'rejected');
      return (await this.nodes.removePending(ctx, node_id)) ? undefined : this.take(ctx, node_id);
    });
    if (!request) return;
    const message = 'The request was rejected.';
    await this.sockets.tell(request.socket_id, request.dialect, 'pair.rejected', { node_id, message });
  }

  /** Makes a device that asked a node of this person. */
  private async adopt(ctx: Ctx, id: string): Promise<Approved> {
    const request = await this.take(ctx, id);
    const { name, platform, capabilities, metadata } = request;
    return { name, request, token: await this.nodes.create(ctx, { id, name, platform, capabilities, metadata, approved: true }) };
  }

  private async take(ctx: Ctx, id: string): Promise<PairingRequestEntity> {
    const request = await this.requests.take(ctx, id);
    if (!request) throw NoPairingRequest();
    return request;
  }
}
