import type { Message } from '@skep/contracts';
import { type DecideDevice as Input, InvalidCredentials, UserCodeNotFound, type PendingDevice } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository, proofOf, type UserIdentity } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { AnswerChallenge } from '../factor/answer-challenge.js';
import { LogIn } from '../login/log-in.js';
import { DeviceRepository } from './device.repository.js';
import { parseUserCode, formatUserCode } from './user-code.js';

/** Wrong user codes are counted per network only, because no account is known yet. */
const ANY_ACCOUNT = { tenant_id: '', email: '' };

/** Shows a pending device to its user, who approves or denies it. */
@Injectable()
export class DecideDevice {
  constructor(
    private readonly db: Database,
    private readonly devices: DeviceRepository,
    private readonly logIn: LogIn,
    private readonly answerChallenge: AnswerChallenge,
    private readonly accounts: AccountRepository,
    private readonly attempts: Attempts,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `user_code_not_found`, `too_many_requests` */
  async describe(ctx: Ctx, typed: string): Promise<PendingDevice> {
    await this.attempts.check('device', ctx, ANY_ACCOUNT);
    const device = await this.devices.findPending(parseUserCode(typed));
    if (device) return { ...device, user_code: formatUserCode(device.user_code) };
    await this.attempts.count('device', ctx, ANY_ACCOUNT);
    throw UserCodeNotFound();
  }

  /** Checks the code first, so that passwords cannot be guessed here without one. @throws Problem those of a login and of `describe` */
  async run(ctx: Ctx, input: Input): Promise<Message> {
    const { user_code, decision } = input;
    await this.describe(ctx, user_code);
    const code = parseUserCode(user_code);
    if (decision === 'deny') {
      if (!(await this.devices.decide(code))) throw UserCodeNotFound();
      this.log.info({ request: ctx.request, ip: ctx.ip }, 'device denied');
      return { message: 'Access was denied.' };
    }
    const user_id = await this.approve(ctx, code, input);
    this.log.info({ user: user_id, request: ctx.request, ip: ctx.ip }, 'device approved');
    return { message: 'The device is now signed in.' };
  }

  /** Verifies the password, or the answer to the challenge that it led to. Returns the user's id. */
  private async approve(ctx: Ctx, code: string, { email = '', password = '', tenant_id, challenge, ...answer }: Input): Promise<string> {
    const purpose = `device:${code}` as const;
    const decide = async ({ user_id, tenant_id }: UserIdentity, password_hash: string) => {
      const approval = { account_id: user_id, tenant_id, proof: proofOf(password_hash) };
      if (!(await this.devices.decide(code, approval))) throw UserCodeNotFound();
      await this.audit.record(ctx, { action: 'device.approved', tenant_id, actor_id: user_id, ...aboutUser(user_id) });
      return user_id;
    };
    if (challenge !== undefined) return this.answerChallenge.run(ctx, purpose, { challenge, ...answer }, decide);
    const { user, password_hash } = await this.logIn.authenticate(ctx, { email, password, tenant_id }, purpose);
    return this.db.transaction(async () => {
      if (!(await this.accounts.lockByPassword(user.user_id, password_hash))) throw InvalidCredentials();
      return decide(user, password_hash);
    });
  }
}
