import { type DecideDevice as Input, InvalidCredentials, type Message, UserCodeNotFound, type PendingDevice } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Person } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { AnswerChallenge } from '../factor/answer-challenge.js';
import { Attempts } from '../password/attempts.js';
import { PasswordRepository } from '../password/password.repository.js';
import { sha256 } from '../secrets/opaque.js';
import { LogIn } from '../session/log-in.js';
import { DeviceRepository } from './device.repository.js';
import { readUserCode, shownUserCode } from './user-code.js';

/** Guesses at codes count for the network alone: there is no account yet. */
const ANYBODY = { tenant_id: '', email: '' };

@Injectable()
export class DecideDevice {
  constructor(
    private readonly db: Database,
    private readonly devices: DeviceRepository,
    private readonly logIn: LogIn,
    private readonly answer: AnswerChallenge,
    private readonly credentials: PasswordRepository,
    private readonly attempts: Attempts,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `user_code_not_found`, `too_many_requests` */
  async describe(ctx: Ctx, typed: string): Promise<PendingDevice> {
    await this.attempts.check('device', ctx, ANYBODY);
    const device = await this.devices.waiting(readUserCode(typed));
    if (device) return { ...device, user_code: shownUserCode(device.user_code) };
    await this.attempts.count('device', ctx, ANYBODY);
    throw UserCodeNotFound();
  }

  /** The code comes first, so that this is no second door for guessing passwords. Problems: as those of a login, and of `describe`. */
  async run(ctx: Ctx, input: Input): Promise<Message> {
    const { user_code, decision } = input;
    await this.describe(ctx, user_code);
    const code = readUserCode(user_code);
    if (decision === 'deny') {
      if (!(await this.devices.decide(code))) throw UserCodeNotFound();
      this.log.info({ request: ctx.request, ip: ctx.ip }, 'a device is denied');
      return { message: 'The device is not let in.' };
    }
    const user_id = await this.approve(ctx, code, input);
    this.log.info({ user: user_id, request: ctx.request, ip: ctx.ip }, 'a device is approved');
    return { message: 'The device is let in.' };
  }

  /** By the password, or by the challenge that it led to. Who it was. */
  private async approve(ctx: Ctx, code: string, { email = '', password = '', tenant_id, challenge, ...answer }: Input): Promise<string> {
    const aim = `device:${code}` as const;
    const decide = async ({ user_id, tenant_id }: Person, password_hash: string) => {
      const approval = { account_id: user_id, tenant_id, proof: sha256(password_hash) };
      if (!(await this.devices.decide(code, approval))) throw UserCodeNotFound();
      await this.audit.record(ctx, { action: 'device.approved', tenant_id, actor_id: user_id, ...aboutUser(user_id) });
      return user_id;
    };
    if (challenge !== undefined) return this.answer.run(ctx, aim, { challenge, ...answer }, decide);
    const { person, password_hash } = await this.logIn.prove(ctx, { email, password, tenant_id }, aim);
    return this.db.transaction(async () => {
      if (!(await this.credentials.holds(person.user_id, password_hash))) throw InvalidCredentials();
      return decide(person, password_hash);
    });
  }
}
