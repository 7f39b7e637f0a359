import {
  auth,
  type ExchangeSingleSignOnCode,
  IdentityNeeded,
  IdentityNotFound,
  type IdentityRef,
  type LinkIdentity,
  SignInExpired,
  SignInRefused,
  type SingleSignOnCallback,
  type StartSingleSignOn,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { ExchangeCode } from './exchange-code.js';
import { ExternalIdentityRepository } from './external-identity.repository.js';
import { SignInAtProvider } from './sign-in-at-provider.js';
import { SignInRepository } from './sign-in.repository.js';

@Handlers()
export class SingleSignOnHandlers {
  constructor(
    private readonly db: Database,
    private readonly atProvider: SignInAtProvider,
    private readonly exchangeCode: ExchangeCode,
    private readonly signIns: SignInRepository,
    private readonly identities: ExternalIdentityRepository,
    private readonly accounts: AccountRepository,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.startSingleSignOn)
  start(ctx: Ctx, input: StartSingleSignOn) {
    return this.atProvider.start(ctx, input);
  }

  @Handle(auth.finishSingleSignOn)
  finish(ctx: Ctx, answer: SingleSignOnCallback) {
    return this.atProvider.finish(ctx, answer);
  }

  @Handle(auth.exchangeSingleSignOnCode)
  exchange(ctx: Ctx, input: ExchangeSingleSignOnCode) {
    return this.exchangeCode.run(ctx, input);
  }

  /** The caller has proved that the account is theirs, and the link token that they are the person. */
  @Handle(auth.linkIdentity)
  async link(ctx: Ctx, { link_token }: LinkIdentity) {
    const signIn = await this.signIns.take('link', link_token);
    if (!signIn?.person) throw SignInExpired();
    const { tenant_id, provider_id, person } = signIn;
    return this.db.transaction(async () => {
      const account = await this.accounts.lockCredential(ctx.user);
      if (account?.tenant_id !== tenant_id || account.email !== person.email)
        throw SignInRefused('Your account has another e-mail address than the person who signed in.');
      const { subject, email } = person;
      const id = await this.identities.add({ tenant_id, account_id: ctx.user, provider_id, subject, email });
      if (id === undefined) throw SignInRefused('This person is linked to an account already.');
      await this.audit.record(ctx, { action: 'identity.linked', ...aboutUser(ctx.user), metadata: { provider_id } });
      return this.identities.find(ctx, id);
    });
  }

  @Handle(auth.listIdentities)
  list(ctx: Ctx) {
    return this.identities.list(ctx);
  }

  @Handle(auth.removeIdentity)
  remove(ctx: Ctx, { identity_id }: IdentityRef) {
    return this.db.transaction(async () => {
      const account = await this.accounts.lockCredential(ctx.user);
      if (!(await this.identities.remove(ctx, identity_id))) throw IdentityNotFound();
      if (!account?.password_hash) throw IdentityNeeded();
      await this.audit.record(ctx, { action: 'identity.removed', ...aboutUser(ctx.user), metadata: { identity_id } });
      return { message: 'The link was removed.' };
    });
  }
}
