import {
  type AddPasskey as Add,
  auth,
  type Message,
  PasskeyNotFound,
  type PasskeyLogin,
  type Proof,
  type RemovePasskey,
  type RenamePasskey,
  WrongFactor,
} from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { CHALLENGE_SECONDS, Challenges } from '../factor/challenges.js';
import { FactorChange } from '../factor/factor-change.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { PasswordRepository } from '../password/password.repository.js';
import { OpenSession } from '../session/open-session.js';
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
    private readonly party: RelyingParty,
    private readonly challenges: Challenges,
    private readonly reauthentication: Reauthentication,
    private readonly check: CheckPasskey,
    private readonly add: AddPasskey,
    private readonly change: FactorChange,
    private readonly openSession: OpenSession,
  ) {}

  @Handle(auth.passkeyLoginOptions)
  async passkeyLoginOptions() {
    const options = await this.party.toSign(await this.challenges.issue('passkey'));
    return { options: { ...options }, expires_in: CHALLENGE_SECONDS };
  }

  /** Finger, face or PIN have opened the passkey, so it is two factors in one, and nobody can guess it. */
  @Handle(auth.loginWithPasskey)
  async loginWithPasskey(ctx: Ctx, { credential }: PasskeyLogin) {
    const passkey = await this.check.run(ctx, credential);
    if (!passkey) throw WrongFactor();
    const { account_id, tenant_id } = passkey;
    return this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        // A session that is begun under the lock comes before a change of factors, which then ends it.
        await this.credentials.lock(account_id);
        const person = await this.accounts.active(account_id, tenant_id);
        if (!person || !(await this.passkeys.byCredential(passkey.credential_id))) throw WrongFactor();
        return this.openSession.run(ctx, person);
      }),
    );
  }

  @Handle(auth.passkeyOptions)
  async passkeyOptions(ctx: Ctx, proof: Proof) {
    const mine = await this.reauthentication.byOne(ctx, proof);
    const challenge = await this.challenges.issue('registration', mine);
    const options = await this.party.toCreate(challenge, mine, await this.passkeys.of(mine.user_id));
    return { options: { ...options }, expires_in: CHALLENGE_SECONDS };
  }

  @Handle(auth.addPasskey)
  addPasskey(ctx: Ctx, input: Add) {
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
    const { user_id, tenant_id } = await this.reauthentication.byOne(ctx, proof);
    await this.db.transaction(async () => {
      const owner = await this.credentials.lock(user_id);
      if (!owner || !(await this.passkeys.remove(user_id, tenant_id, passkey_id))) throw PasskeyNotFound();
      await this.change.run(ctx, owner, 'passkey.removed');
    });
    return { message: 'The passkey is removed. Your other sessions have ended.' };
  }
}
