import { channels, InvalidPairingCode, PairingCodeNotFound, type PairingCodeRef } from '@skep/contracts/channels';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { BridgeRepository } from '../bridge/bridge.repository.js';
import { PairingCodeRepository } from './pairing-code.repository.js';

@Handlers()
export class PairingHandlers {
  constructor(
    private readonly db: Database,
    private readonly codes: PairingCodeRepository,
    private readonly bridges: BridgeRepository,
  ) {}

  @Handle(channels.verifyPairingCode)
  verifyPairingCode(ctx: Ctx, { code }: PairingCodeRef) {
    return this.db.transaction(async () => {
      const found = await this.codes.take(ctx, code);
      if (!found) throw InvalidPairingCode();
      await this.bridges.allow(found.bridge_id, found.contact_id);
      return { status: 'paired', channel: found.channel, contact_id: found.contact_id, contact_name: found.contact_name };
    });
  }

  @Handle(channels.listPairingCodes)
  async listPairingCodes(ctx: Ctx) {
    const pending = await this.codes.list(ctx);
    return { pending, count: pending.length };
  }

  @Handle(channels.revokePairingCode)
  async revokePairingCode(ctx: Ctx, { code }: PairingCodeRef) {
    if (!(await this.codes.take(ctx, code))) throw PairingCodeNotFound();
    return { status: 'revoked' };
  }
}
