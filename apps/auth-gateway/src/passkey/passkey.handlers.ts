import type { Message } from '@skep/contracts';
import {
  type AddPasskey as AddPasskeyInput,
  auth,
  PasskeyNotFound,
  type PasskeyLogin,
  type Proof,
  type RemovePasskey,
  type RenamePasskey,
  WrongFactor,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { CHALLENGE_SECONDS, Challenges } from '../factor/challenges.js';
import { FinishFactorChange } from '../factor/finish-factor-change.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { PasswordRepository } from '../password/password.repository.js';
import { CreateSession } from '../session/create-session.js';
import { AddPasskey } from './add-passkey.js';
import { CheckPasskey } from './check-passkey.js';
import { PasskeyRepository } from './passkey.repository.js';
import { RelyingParty } from './relying-party.js';
import { AccountRepository } from '../account/account.repository.js';

@Handlers()
export class PasskeyHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly credentials: PasswordRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: Challenges,
    private readonly reauthentication: Reauthentication,
    private readonly check: CheckPasskey,
    private readonly add: AddPasskey,
    private readonly finishChange: FinishFactorChange,
    private readonly createSession: CreateSession,
  ) {}

  @Handle(auth.passkeyLoginOptions)
  async passkeyLoginOptions() {
    const options = await this.relyingParty.buildRequestOptions(await this.challenges.issue('passkey'));
    return { options: { ...options }, expires_in: CHALLENGE_SECONDS };
  }

  /** A passkey with user verification is two factors in one, so no second factor is needed. */
  @Handle(auth.loginWithPasskey)
  async loginWithPasskey(ctx: Ctx, { credential }: PasskeyLogin) {
    const passkey = await this.check.run(ctx, credential);
    if (!passkey) throw WrongFactor();
    const { account_id, tenant_id } = passkey;
    return this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        // With this lock, a concurrent change of the factors revokes the session that this transaction creates.
        await this.credentials.lock(account_id);
        const user = await this.accounts.findActiveUser(account_id, tenant_id);
        if (!user || !(await this.passkeys.findByCredentialId(passkey.credential_id))) throw WrongFactor();
        return this.createSession.run(ctx, user);
      }),
    );
  }

  @Handle(auth.passkeyOptions)
  async passkeyOptions(ctx: Ctx, proof: Proof) {
    const credential = await this.reauthentication.verifyOne(ctx, proof);
    const challenge = await this.challenges.issue('registration', credential);
    const options = await this.relyingParty.buildCreationOptions(
      challenge,
      credential,
      await this.passkeys.listDescriptors(credential.user_id),
    );
    return { options: { ...options }, expires_in: CHALLENGE_SECONDS };
  }

  @Handle(auth.addPasskey)
  addPasskey(ctx: Ctx, input: AddPasskeyInput) {
    return this.add.run(ctx, input);
  }

  @Handle(auth.listPasskeys)
  listPasskeys({ user, tenant }: Ctx) {
    return this.passkeys.list(user, tenant);
  }

  @Handle(auth.renamePasskey)
  async renamePasskey({ user, tenant }: Ctx, { passkey_id, name }: RenamePasskey) {
    const passkey = await this.passkeys.rename(user, tenant, passkey_id, name);
    if (!passkey) throw PasskeyNotFound();
    return passkey;
  }

  @Handle(auth.removePasskey)
  async removePasskey(ctx: Ctx, { passkey_id, ...proof }: RemovePasskey): Promise<Message> {
    const { user_id, tenant_id } = await this.reauthentication.verifyOne(ctx, proof);
    await this.db.transaction(async () => {
      const owner = await this.credentials.lock(user_id);
      if (!owner || !(await this.passkeys.remove(user_id, tenant_id, passkey_id))) throw PasskeyNotFound();
      await this.finishChange.run(ctx, owner, 'passkey.removed');
    });
    return { message: 'The passkey was removed. You were signed out of your other sessions.' };
  }
}
