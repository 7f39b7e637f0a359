import { Conflict, type Message } from '@skep/contracts';
import {
  type AddPasskey as AddPasskeyInput,
  auth,
  type EmailRecipient,
  FactorNotFound,
  PasskeyNotFound,
  type Proof,
  type RemovePasskey,
  type TotpCode,
  UserNotFound,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { CHALLENGE_SECONDS, Challenges } from '../challenge/challenges.js';
import { CONFIRM_SECONDS, FactorRepository } from '../factor/factor.repository.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { toBase32, generateTotpSecret, buildOtpauthUrl } from '../factor/totp.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RelyingParty } from '../passkey/relying-party.js';
import { AddPasskey } from './add-passkey.js';
import { ConfirmTotp } from './confirm-totp.js';
import { FinishFactorChange } from './finish-factor-change.js';

@Handlers()
export class FactorChangeHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly factors: FactorRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: Challenges,
    private readonly reauthentication: Reauthentication,
    private readonly confirm: ConfirmTotp,
    private readonly add: AddPasskey,
    private readonly finishChange: FinishFactorChange,
  ) {}

  @Handle(auth.startTotp)
  async startTotp(ctx: Ctx, proof: Proof) {
    const { user_id, tenant_id, email } = await this.reauthentication.verifyOne(ctx, proof);
    const secret = generateTotpSecret();
    if (!(await this.factors.startTotp(user_id, tenant_id, secret)))
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
      const owner = await this.accounts.lockCredential(user_id);
      if (!owner || !(await this.factors.removeTotp(user_id))) throw FactorNotFound();
      await this.finishChange.run(ctx, owner, 'totp.removed');
    });
    return { message: 'The authenticator app was removed. You were signed out of your other sessions.' };
  }

  @Handle(auth.passkeyOptions)
  async passkeyOptions(ctx: Ctx, proof: Proof) {
    const credential = await this.reauthentication.verifyOne(ctx, proof);
    const challenge = await this.challenges.issue('registration', credential);
    const existing = await this.passkeys.listOf(credential.user_id);
    const options = await this.relyingParty.buildCreationOptions(challenge, credential, existing);
    return { options: { ...options }, expires_in: CHALLENGE_SECONDS };
  }

  @Handle(auth.addPasskey)
  addPasskey(ctx: Ctx, input: AddPasskeyInput) {
    return this.add.run(ctx, input);
  }

  @Handle(auth.removePasskey)
  async removePasskey(ctx: Ctx, { passkey_id, ...proof }: RemovePasskey): Promise<Message> {
    const { user_id } = await this.reauthentication.verifyOne(ctx, proof);
    await this.db.transaction(async () => {
      const owner = await this.accounts.lockCredential(user_id);
      if (!owner || !(await this.passkeys.remove(ctx, passkey_id))) throw PasskeyNotFound();
      await this.finishChange.run(ctx, owner, 'passkey.removed');
    });
    return { message: 'The passkey was removed. You were signed out of your other sessions.' };
  }

  @Handle(auth.removeFactors)
  async removeFactors(ctx: Ctx, address: EmailRecipient): Promise<Message> {
    const account = await this.accounts.findByEmail(address);
    if (!account) throw UserNotFound();
    await this.db.transaction(async () => {
      const owner = await this.accounts.lockCredential(account.id);
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
      const owner = await this.accounts.lockCredential(user_id);
      if (!owner?.second_factor) throw FactorNotFound();
      await this.finishChange.run(ctx, owner, 'recovery_codes.renewed');
      return { recovery_codes: await this.factors.regenerateRecoveryCodes(user_id) };
    });
  }
}
