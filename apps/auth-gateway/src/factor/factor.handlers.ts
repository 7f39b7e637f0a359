import { Conflict, type Message } from '@skep/contracts';
import {
  type EmailRecipient,
  auth,
  FactorNotFound,
  type Proof,
  type SecondFactorAnswer,
  type TotpCode,
  UserNotFound,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RelyingParty } from '../passkey/relying-party.js';
import { CreateSession } from '../session/create-session.js';
import { PasswordRepository } from '../password/password.repository.js';
import { AnswerChallenge } from './answer-challenge.js';
import { ConfirmTotp } from './confirm-totp.js';
import { FinishFactorChange } from './finish-factor-change.js';
import { CONFIRM_SECONDS, FactorRepository } from './factor.repository.js';
import { Reauthentication } from './reauthentication.js';
import { toBase32, generateTotpSecret, buildOtpauthUrl } from './totp.js';

@Handlers()
export class FactorHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly credentials: PasswordRepository,
    private readonly factors: FactorRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly relyingParty: RelyingParty,
    private readonly reauthentication: Reauthentication,
    private readonly confirm: ConfirmTotp,
    private readonly finishChange: FinishFactorChange,
    private readonly answerChallenge: AnswerChallenge,
    private readonly createSession: CreateSession,
  ) {}

  @Handle(auth.loginWithSecondFactor)
  loginWithSecondFactor(ctx: Ctx, input: SecondFactorAnswer) {
    return this.answerChallenge.run(ctx, 'login', input, (user) => this.createSession.run(ctx, user));
  }

  @Handle(auth.listFactors)
  async listFactors({ user, tenant }: Ctx) {
    const status = await this.factors.findStatus(user, tenant);
    if (!status) throw UserNotFound();
    return { ...status, passkeys: await this.passkeys.list(user, tenant) };
  }

  @Handle(auth.startTotp)
  async startTotp(ctx: Ctx, proof: Proof) {
    const { user_id, email } = await this.reauthentication.verifyOne(ctx, proof);
    const secret = generateTotpSecret();
    if (!(await this.factors.startTotp(user_id, secret)))
      throw Conflict('You already have an authenticator app. Remove it before you add another one.');
    return { secret: toBase32(secret), otpauth_url: buildOtpauthUrl(secret, this.relyingParty.name, email), expires_in: CONFIRM_SECONDS };
  }

  @Handle(auth.confirmTotp)
  confirmTotp(ctx: Ctx, input: TotpCode) {
    return this.confirm.run(ctx, input);
  }

  @Handle(auth.disableTotp)
  async disableTotp(ctx: Ctx, proof: Proof): Promise<Message> {
    const { user_id } = await this.reauthentication.verifyOne(ctx, proof);
    await this.db.transaction(async () => {
      const owner = await this.credentials.lock(user_id);
      if (!owner || !(await this.factors.removeTotp(user_id))) throw FactorNotFound();
      await this.finishChange.run(ctx, owner, 'totp.removed');
    });
    return { message: 'The authenticator app was removed. You were signed out of your other sessions.' };
  }

  @Handle(auth.removeFactors)
  async removeFactors(ctx: Ctx, { email, tenant_id }: EmailRecipient): Promise<Message> {
    const account = await this.accounts.findByEmail(tenant_id, email);
    if (!account) throw UserNotFound();
    await this.db.transaction(async () => {
      const owner = await this.credentials.lock(account.user_id);
      if (!owner?.second_factor) throw FactorNotFound();
      await this.factors.removeAll(owner.user_id);
      await this.finishChange.run(ctx, owner, 'factors.removed');
    });
    return { message: 'The second factors were removed and all sessions revoked. The user can sign in with the password alone.' };
  }

  @Handle(auth.regenerateRecoveryCodes)
  async regenerateRecoveryCodes(ctx: Ctx, proof: Proof) {
    const { user_id } = await this.reauthentication.verifyOne(ctx, proof);
    return this.db.transaction(async () => {
      const owner = await this.credentials.lock(user_id);
      if (!owner?.second_factor) throw FactorNotFound();
      await this.finishChange.run(ctx, owner, 'recovery_codes.renewed');
      return { recovery_codes: await this.factors.regenerateRecoveryCodes(user_id) };
    });
  }
}
