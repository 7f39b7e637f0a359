import type { Ctx } from '@skep/platform';
import { LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Credential } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { DeviceRepository } from '../device/device.repository.js';
import { FactorRepository } from '../factor/factor.repository.js';
import { MailQueue } from '../mail/mail-queue.js';
import { RevokeSession } from '../session/revoke-session.js';
import { factorsChanged } from './email-templates.js';

/** What the e-mail says about each audit action. */
const DESCRIPTIONS = {
  'totp.added': 'an authenticator app was added',
  'totp.removed': 'the authenticator app was removed',
  'passkey.added': 'a passkey was added',
  'passkey.removed': 'a passkey was removed',
  'factors.removed': 'an administrator removed all second factors',
  'recovery_codes.renewed': 'new recovery codes were created',
};

/** Completes every change of a user's second factors: revokes their other sessions, denies approved devices, records the change and sends an e-mail. */
@Injectable()
export class FinishFactorChange {
  constructor(
    private readonly factors: FactorRepository,
    private readonly devices: DeviceRepository,
    private readonly revokeSession: RevokeSession,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Call it in the transaction of the change. */
  async run(ctx: Ctx, owner: Credential, action: keyof typeof DESCRIPTIONS): Promise<void> {
    await this.factors.updateSecondFactorFlag(owner.user_id);
    await this.devices.denyApproved(owner.user_id);
    const sessions_ended = await this.revokeSession.allOfUser(ctx, owner, 'factor_changed', ctx.session);
    await this.audit.record(ctx, { action, tenant_id: owner.tenant_id, ...aboutUser(owner.user_id), metadata: { sessions_ended } });
    await this.mailQueue.add(factorsChanged(owner, DESCRIPTIONS[action]));
    this.log.info({ user: owner.user_id, action, request: ctx.request, ip: ctx.ip }, 'second factors changed');
  }
}
