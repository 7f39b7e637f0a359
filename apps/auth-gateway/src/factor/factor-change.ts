import type { Ctx } from '@skep/platform';
import { LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { aboutUser, Audit } from '../audit/audit.js';
import { DeviceRepository } from '../device/device.repository.js';
import { Mails } from '../mail/mails.js';
import type { Credential } from '../password/password.repository.js';
import { EndSession } from '../session/end-session.js';
import { FactorRepository } from './factor.repository.js';
import { factorsChanged } from './letters.js';

/** How the log and the mail tell of it. */
const CHANGES = {
  'totp.added': 'an authenticator app was added',
  'totp.removed': 'the authenticator app was taken away',
  'passkey.added': 'a passkey was added',
  'passkey.removed': 'a passkey was removed',
  'factors.removed': 'those who run this service have removed all second factors',
  'recovery_codes.renewed': 'new recovery codes were made',
};

/** What every change of a person's factors brings with it: other sessions end, and so do devices that wait; the log and a mail tell it. */
@Injectable()
export class FactorChange {
  constructor(
    private readonly factors: FactorRepository,
    private readonly devices: DeviceRepository,
    private readonly endSession: EndSession,
    private readonly mails: Mails,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** For the transaction of the change. */
  async run(ctx: Ctx, owner: Credential, action: keyof typeof CHANGES): Promise<void> {
    await this.factors.settle(owner.user_id);
    await this.devices.refuse(owner.user_id);
    const sessions_ended = await this.endSession.all(ctx, owner, 'factor_changed', ctx.session);
    await this.audit.record(ctx, { action, tenant_id: owner.tenant_id, ...aboutUser(owner.user_id), metadata: { sessions_ended } });
    await this.mails.add(factorsChanged(owner, CHANGES[action]));
    this.log.info({ user: owner.user_id, action, request: ctx.request, ip: ctx.ip }, 'second factors were changed');
  }
}
