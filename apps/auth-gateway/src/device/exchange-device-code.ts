import { AccessDenied, type ExchangeDeviceCode as Input, type DeviceTokens, ExpiredToken, InvalidGrant } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { sha256, verifierMatches } from '../secrets/opaque-tokens.js';
import { CreateSession } from '../session/create-session.js';
import { DeviceRepository, type DeviceGrant, POLL_SECONDS } from './device.repository.js';

/** Answers a device that polls for its tokens (RFC 8628 §3.4). */
@Injectable()
export class ExchangeDeviceCode {
  constructor(
    private readonly db: Database,
    private readonly devices: DeviceRepository,
    private readonly accounts: AccountRepository,
    private readonly createSession: CreateSession,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Issues tokens for an approved device. Nothing changes if the code verifier is wrong.
   * @throws Problem `invalid_grant`, `expired_token`, `access_denied`: the device must stop polling
   */
  async run(ctx: Ctx, { device_code, code_verifier }: Input): Promise<DeviceTokens> {
    const code_hash = sha256(device_code);
    return this.db.transaction(async () => {
      const grant = await this.devices.lock(code_hash);
      if (!grant || !verifierMatches(grant.code_challenge, code_verifier) || grant.state === 'used') throw InvalidGrant();
      if (grant.expired) throw ExpiredToken();
      if (grant.state === 'denied') throw AccessDenied();
      if (grant.state === 'approved') return this.createSessionFor(ctx, code_hash, grant);
      await this.devices.recordPoll(code_hash, grant.polled_too_early ? POLL_SECONDS : 0);
      return { error: grant.polled_too_early ? 'slow_down' : 'authorization_pending' };
    });
  }

  private createSessionFor(ctx: Ctx, code_hash: Buffer, grant: DeviceGrant): Promise<DeviceTokens> {
    return this.db.inTenant(grant.tenant_id!, () => this.createSessionInTenant(ctx, code_hash, grant));
  }

  private async createSessionInTenant(ctx: Ctx, code_hash: Buffer, { account_id, tenant_id, proof }: DeviceGrant): Promise<DeviceTokens> {
    const user = await this.accounts.lockByProof(account_id!, tenant_id!, proof!);
    if (!user) throw AccessDenied();
    await this.devices.markUsed(code_hash);
    this.log.info({ user: user.user_id, request: ctx.request, ip: ctx.ip }, 'device signed in');
    return this.createSession.run(ctx, user, { surface: 'cli' });
  }
}
