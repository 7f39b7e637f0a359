import {
  type EmailRecipient,
  auth,
  Conflict,
  FactorNotFound,
  type Message,
  type Proof,
  type SecondFactorAnswer,
  type TotpCode,
  UserNotFound,
} from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RelyingParty } from '../passkey/relying-party.js';
import { OpenSession } from '../session/open-session.js';
import { PasswordRepository } from '../password/password.repository.js';
import { AnswerChallenge } from './answer-challenge.js';
import { ConfirmTotp } from './confirm-totp.js';
import { FactorChange } from './factor-change.js';
import { CONFIRM_SECONDS, FactorRepository } from './factor.repository.js';
import { Reauthentication } from './reauthentication.js';
import { base32, newTotpSecret, otpauthUrl } from './totp.js';

@Handlers()
export class FactorHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly credentials: PasswordRepository,
    private readonly factors: FactorRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly party: RelyingParty,
    private readonly reauthentication: Reauthentication,
    private readonly confirm: ConfirmTotp,
    private readonly change: FactorChange,
    private readonly answer: AnswerChallenge,
    private readonly openSession: OpenSession,
  ) {}

  @Handle(auth.loginWithSecondFactor)
  loginWithSecondFactor(ctx: Ctx, input: SecondFactorAnswer) {
    return this.answer.run(ctx, 'login', input, (person) => this.openSession.run(ctx, person));
  }

  @Handle(auth.listFactors)
  async listFactors({ user, tenant }: Ctx) {
    const held = await this.factors.held(user, tenant);
    if (!held) throw UserNotFound();
    return { ...held, passkeys: await this.passkeys.list(user, tenant) };
  }

  @Handle(auth.startTotp)
  async startTotp(ctx: Ctx, proof: Proof) {
    const { user_id, email } = await this.reauthentication.byOne(ctx, proof);
    const secret = newTotpSecret();
    if (!(await this.factors.startTotp(user_id, secret)))
      throw Conflict('You have an authenticator app. Take it away before you add another.');
    return { secret: base32(secret), otpauth_url: otpauthUrl(secret, this.party.name, email), expires_in: CONFIRM_SECONDS };
  }

  @Handle(auth.confirmTotp)
  confirmTotp(ctx: Ctx, input: TotpCode) {
    return this.confirm.run(ctx, input);
  }

  @Handle(auth.disableTotp)
  async disableTotp(ctx: Ctx, proof: Proof): Promise<Message> {
    const { user_id } = await this.reauthentication.byOne(ctx, proof);
    await this.db.transaction(async () => {
      const owner = await this.credentials.lock(user_id);
      if (!owner || !(await this.factors.removeTotp(user_id))) throw FactorNotFound();
      await this.change.run(ctx, owner, 'totp.removed');
    });
    return { message: 'The authenticator app is taken away. Your other sessions have ended.' };
  }

  @Handle(auth.removeFactors)
  async removeFactors(ctx: Ctx, { email, tenant_id }: EmailRecipient): Promise<Message> {
    const known = await this.accounts.byEmail(tenant_id, email);
    if (!known) throw UserNotFound();
    await this.db.transaction(async () => {
      const owner = await this.credentials.lock(known.user_id);
      if (!owner?.second_factor) throw FactorNotFound();
      await this.factors.removeAll(owner.user_id);
      await this.change.run(ctx, owner, 'factors.removed');
    });
    return { message: 'The second factors are removed, and all sessions have ended. The password is enough again.' };
  }

  @Handle(auth.regenerateRecoveryCodes)
  async renewRecoveryCodes(ctx: Ctx, proof: Proof) {
    const { user_id } = await this.reauthentication.byOne(ctx, proof);
    return this.db.transaction(async () => {
      const owner = await this.credentials.lock(user_id);
      if (!owner?.second_factor) throw FactorNotFound();
      await this.change.run(ctx, owner, 'recovery_codes.renewed');
      return { recovery_codes: await this.factors.renewRecoveryCodes(user_id) };
    });
  }
}
