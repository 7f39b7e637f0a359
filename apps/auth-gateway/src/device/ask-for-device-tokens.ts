import { AccessDenied, type ExchangeDeviceCode as Input, type DeviceTokens, ExpiredToken, InvalidGrant } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { AccountRepository } from '../account/account.repository.js';
import { PasswordRepository } from '../password/password.repository.js';
import { sha256 } from '../secrets/opaque.js';
import { OpenSession } from '../session/open-session.js';
import { DeviceRepository, type Grant, POLL_SECONDS } from './device.repository.js';

@Injectable()
export class AskForDeviceTokens {
  constructor(
    private readonly db: Database,
    private readonly devices: DeviceRepository,
    private readonly accounts: AccountRepository,
    private readonly credentials: PasswordRepository,
    private readonly openSession: OpenSession,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Nothing changes for one who has the device code but not the verifier.
   * @throws Problem `invalid_grant`, `expired_token`, `access_denied`: all of them final
   */
  async run(ctx: Ctx, { device_code, code_verifier }: Input): Promise<DeviceTokens> {
    const code_hash = sha256(device_code);
    return this.db.transaction(async () => {
      const grant = await this.devices.lock(code_hash);
      if (!grant || !fits(grant.code_challenge, code_verifier) || grant.state === 'used') throw InvalidGrant();
      if (grant.expired) throw ExpiredToken();
      if (grant.state === 'denied') throw AccessDenied();
      if (grant.state === 'approved') return this.letIn(ctx, code_hash, grant);
      await this.devices.polled(code_hash, grant.early ? POLL_SECONDS : 0);
      return { error: grant.early ? 'slow_down' : 'authorization_pending' };
    });
  }

  private letIn(ctx: Ctx, code_hash: Buffer, grant: Grant): Promise<DeviceTokens> {
    return this.db.inTenant(grant.tenant_id!, () => this.open(ctx, code_hash, grant));
  }

  private async open(ctx: Ctx, code_hash: Buffer, { account_id, tenant_id, proof }: Grant): Promise<DeviceTokens> {
    const held = await this.credentials.lock(account_id!);
    const person = await this.accounts.active(account_id!, tenant_id!);
    if (!held?.password_hash || !person || !sha256(held.password_hash).equals(proof!)) throw AccessDenied();
    await this.devices.used(code_hash);
    this.log.info({ user: person.user_id, request: ctx.request, ip: ctx.ip }, 'a device is let in');
    return this.openSession.run(ctx, person, 'cli');
  }
}

/** RFC 7636 §4.6. */
const fits = (challenge: string, verifier: string) => timingSafeEqual(sha256(challenge), sha256(sha256(verifier).toString('base64url')));
