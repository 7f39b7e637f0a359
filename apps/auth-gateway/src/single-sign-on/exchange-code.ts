import {
  AccountExists,
  type AccountLink,
  type ExchangeSingleSignOnCode,
  LastAdministrator,
  SignInExpired,
  SignInRefused,
  type Tokens,
} from '@skep/contracts/auth';
import { Problem } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, generateUserId, SSO, type UserIdentity } from '../account/account.repository.js';
import type { IdentityProviderEntity } from '../identity-provider/identity-provider.entity.js';
import { IdentityProviderRepository } from '../identity-provider/identity-provider.repository.js';
import { roleOf } from '../identity-provider/role-of.js';
import { ProvisionedGroupRepository } from '../provisioning/provisioned-group.repository.js';
import { verifierMatches } from '../secrets/opaque-tokens.js';
import { CreateSession } from '../session/create-session.js';
import { UpdateUser } from '../user/update-user.js';
import { ExternalIdentityRepository } from './external-identity.repository.js';
import type { Person, SignInEntity } from './sign-in.entity.js';
import { SignInRepository, STEP_SECONDS } from './sign-in.repository.js';

/** Opens a session for a person who has signed in at an identity provider. Their first sign-in creates their account. */
@Injectable()
export class ExchangeCode {
  constructor(
    private readonly db: Database,
    private readonly signIns: SignInRepository,
    private readonly identities: ExternalIdentityRepository,
    private readonly providers: IdentityProviderRepository,
    private readonly provisionedGroups: ProvisionedGroupRepository,
    private readonly accounts: AccountRepository,
    private readonly updateUser: UpdateUser,
    private readonly createSession: CreateSession,
  ) {}

  /** @throws Problem `sign_in_expired`, `sign_in_refused`, `account_exists`, `tenant_suspended` */
  run(ctx: Ctx, input: ExchangeSingleSignOnCode): Promise<Tokens> {
    return this.admit(ctx, input, (own, user) => this.createSession.run(own, user));
  }

  /**
   * Finds or creates the account, and does the rest in the same transaction.
   * @param then gets the password hash of the account, null without a password
   * @throws Problem as `run`
   */
  async admit<T>(
    ctx: Ctx,
    { code, code_verifier }: ExchangeSingleSignOnCode,
    then: (ctx: Ctx, user: UserIdentity, password_hash: string | null) => Promise<T>,
  ): Promise<T> {
    const signIn = await this.signIns.take('code', code);
    if (!signIn?.person || !verifierMatches(signIn.code_challenge, code_verifier)) throw SignInExpired();
    const { person, tenant_id } = signIn;
    return this.db.inTenant(tenant_id, async () => {
      const provider = await this.providers.find(tenant_id, signIn.provider_id);
      if (!provider) throw SignInExpired();
      const own = { ...ctx, tenant: tenant_id };
      const admitted = await this.db.transaction(async () => {
        const found = await this.enter(own, provider, person);
        return found && { result: await then(own, found.user, found.password_hash) };
      });
      if (!admitted) throw await this.askForLink(signIn);
      return admitted.result;
    });
  }

  /** Undefined if the address has an account that the person is not linked to. */
  private async enter(ctx: Ctx, provider: IdentityProviderEntity, person: Person) {
    const link = { tenant_id: provider.tenant_id, provider_id: provider.id, subject: person.subject };
    const known = await this.identities.use(link);
    if (known !== undefined) await this.updateRole(ctx, known, provider, person);
    // The same person may create the account with another sign-in at the same moment.
    const user_id = known ?? (await this.createAccount(ctx, provider, person)) ?? (await this.identities.use(link));
    if (user_id === undefined) return undefined;
    const credential = await this.accounts.lockCredential(user_id);
    const user = await this.accounts.findActiveUser(user_id, provider.tenant_id);
    if (!credential || !user) throw SignInRefused('Your account is not active. Ask your administrator.');
    return { user, password_hash: credential.password_hash };
  }

  private async createAccount(ctx: Ctx, provider: IdentityProviderEntity, person: Person): Promise<string | undefined> {
    const { email, subject, attributes } = person;
    const { tenant_id, id: provider_id } = provider;
    const known = await this.accounts.findByEmail({ tenant_id, email });
    if (known) return this.adoptAccount(ctx, provider, person, known.id);
    if (!provider.creates_accounts) throw SignInRefused('You have no account yet. Ask your administrator.');
    const account = { tenant_id, email, user_id: generateUserId(), password_hash: null, attributes };
    const created = await this.accounts.create(ctx, account, roleOf(provider, person.groups), 'single sign-on');
    if (!created) return undefined;
    await this.identities.add({ tenant_id, provider_id, subject, email, account_id: created.user_id });
    return this.identities.use({ tenant_id, provider_id, subject });
  }

  /** The first person who signs in to an account that was provisioned. A later one with the same address is someone else. */
  private async adoptAccount(ctx: Ctx, provider: IdentityProviderEntity, person: Person, account_id: string): Promise<string | undefined> {
    const { tenant_id, id: provider_id } = provider;
    const account = await this.accounts.lock(ctx, account_id);
    if (account?.auth_method !== SSO || (await this.identities.hasLink({ tenant_id, account_id }))) return undefined;
    const { subject, email } = person;
    await this.identities.add({ tenant_id, provider_id, subject, email, account_id });
    await this.updateRole(ctx, account_id, provider, person);
    return this.identities.use({ tenant_id, provider_id, subject });
  }

  /** The groups decide about the accounts that sign-ins have created, not about those that were linked. The last administrator stays one. */
  private async updateRole(ctx: Ctx, user_id: string, provider: IdentityProviderEntity, { groups }: Person): Promise<void> {
    const account = await this.accounts.lock(ctx, user_id);
    const role = roleOf(provider, [...groups, ...(await this.provisionedGroups.namesOf(ctx, user_id))]);
    if (account?.auth_method !== SSO || account.role === role) return;
    try {
      await this.updateUser.run({ ...ctx, actor: 'service:auth-gateway', user: '', scopes: ['*'] }, { user_id, role });
    } catch (error) {
      if (!(error instanceof Problem && error.body.code === LastAdministrator.code)) throw error;
    }
  }

  private async askForLink(signIn: SignInEntity): Promise<Problem> {
    const details: AccountLink = { link_token: await this.signIns.add('link', signIn), expires_in: STEP_SECONDS.link };
    return AccountExists(undefined, undefined, details);
  }
}
