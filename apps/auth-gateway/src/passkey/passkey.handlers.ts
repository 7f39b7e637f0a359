import { auth, PasskeyNotFound, type PasskeyLogin, type RenamePasskey, WrongFactor } from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { CHALLENGE_SECONDS, Challenges } from '../challenge/challenges.js';
import { CreateSession } from '../session/create-session.js';
import { CheckPasskey } from './check-passkey.js';
import { PasskeyRepository } from './passkey.repository.js';
import { RelyingParty } from './relying-party.js';

@Handlers()
export class PasskeyHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: Challenges,
    private readonly check: CheckPasskey,
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
        await this.accounts.lockCredential(account_id);
        const user = await this.accounts.findActiveUser(account_id, tenant_id);
        if (!user || !(await this.passkeys.findByCredentialId(passkey.credential_id))) throw WrongFactor();
        return this.createSession.run(ctx, user);
      }),
    );
  }

  @Handle(auth.listPasskeys)
  listPasskeys(ctx: Ctx) {
    return this.passkeys.list(ctx);
  }

  @Handle(auth.renamePasskey)
  async renamePasskey(ctx: Ctx, { passkey_id, name }: RenamePasskey) {
    const passkey = await this.passkeys.rename(ctx, passkey_id, name);
    if (!passkey) throw PasskeyNotFound();
    return passkey;
  }
}
