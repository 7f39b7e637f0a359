import { InvalidInput } from '@skep/contracts';
import { type CreateScimUser, type PatchScim, type ReplaceScimUser, ScimNotFound, ScimUniqueness } from '@skep/contracts/auth';
import { commitWithAnswer, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, generateUserId, SSO } from '../account/account.repository.js';
import { RoleRepository } from '../role/role.repository.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { assertCanGrant } from '../scope/scopes.js';
import { IdentityProviderRepository } from '../identity-provider/identity-provider.repository.js';
import { roleOf } from '../identity-provider/role-of.js';
import { UpdateUser } from '../user/update-user.js';
import { type ProvisionedUser, ProvisionedUserRepository } from './provisioned-user.repository.js';
import { applyPatch, textOf, USER_SCHEMA } from './scim.js';

const NAME_MAX = 200;

/** Creates and changes the accounts of people that an identity provider manages. */
@Injectable()
export class ProvisionUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly provisioned: ProvisionedUserRepository,
    private readonly providers: IdentityProviderRepository,
    private readonly roles: RoleRepository,
    private readonly scopes: ScopeRepository,
    private readonly updateUser: UpdateUser,
  ) {}

  /** An address whose person was removed gets the same account again. @throws Problem `scim_uniqueness`, `scope_not_held`, `invalid_input` */
  create(ctx: Ctx, { userName, externalId, name = {}, active }: CreateScimUser) {
    const email = userName.toLowerCase();
    return commitWithAnswer(this.db, async () => {
      await this.scopes.lockAccess(ctx);
      const role = await this.newRole(ctx, email);
      const attributes = toAttributes(name);
      const known = await this.accounts.findByEmail({ tenant_id: ctx.tenant, email });
      if (known && (known.auth_method !== SSO || (await this.provisioned.find(ctx, known.id)))) throw ScimUniqueness();
      const user_id = known?.id ?? (await this.add(ctx, email, attributes, role));
      await this.provisioned.save(ctx, user_id, { external_id: externalId ?? null });
      if (known || !active) await this.updateUser.run(ctx, { user_id, is_active: active, ...(known && { role, attributes }) });
      return this.find(ctx, user_id);
    });
  }

  /** @throws Problem `scim_not_found`, and those of `create` */
  replace(ctx: Ctx, { id, userName, externalId, name = {}, active }: ReplaceScimUser) {
    const email = userName.toLowerCase();
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const before = await this.find(ctx, id);
      if (email !== before.email) {
        await this.providerOf(ctx, email);
        if (!(await this.accounts.changeEmail(id, { tenant_id: ctx.tenant, email }))) throw ScimUniqueness();
      }
      await this.provisioned.save(ctx, id, { external_id: externalId ?? null });
      const { first_name: _, last_name: __, ...others } = before.attributes;
      await this.updateUser.run(ctx, { user_id: id, is_active: active, attributes: { ...others, ...toAttributes(name) } });
      return this.find(ctx, id);
    });
  }

  /** @throws Problem `scim_patch_invalid`, and those of `replace` */
  patch(ctx: Ctx, { id, Operations }: PatchScim) {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const { email, is_active, external_id, attributes } = await this.find(ctx, id);
      const current = {
        ...{ schemas: [USER_SCHEMA], id, userName: email, active: is_active, name: toName(attributes) },
        emails: [{ value: email, primary: true, type: 'work' }],
        ...(external_id !== null && { externalId: external_id }),
      };
      const { userName, active = true, ...after } = (await applyPatch('User', current, Operations)) as Partial<ReplaceScimUser>;
      return this.replace(ctx, { ...after, id, userName: textOf(userName, 'userName', 254), active });
    });
  }

  /** @throws Problem `scim_not_found`, `last_administrator` */
  remove(ctx: Ctx, id: string) {
    return this.db.transaction(async () => {
      const { external_id } = await this.find(ctx, id);
      await this.updateUser.run(ctx, { user_id: id, is_active: false });
      await this.provisioned.save(ctx, id, { external_id, is_removed: true });
      return {};
    });
  }

  async find(ctx: Ctx, id: string): Promise<ProvisionedUser> {
    const found = await this.provisioned.find(ctx, id);
    if (!found) throw ScimNotFound();
    return found;
  }

  private async add(ctx: Ctx, email: string, attributes: Record<string, string>, role: string): Promise<string> {
    const account = { user_id: generateUserId(), tenant_id: ctx.tenant, email, password_hash: null, attributes };
    const created = await this.accounts.create(ctx, account, role, 'provisioning');
    if (!created) throw ScimUniqueness();
    return created.user_id;
  }

  /** @throws Problem `scope_not_held` if the role of people without groups can do more than the caller */
  private async newRole(ctx: Ctx, email: string): Promise<string> {
    const name = roleOf(await this.providerOf(ctx, email), []);
    const role = await this.roles.findByName(ctx, name);
    if (!role)
      throw InvalidInput([
        { loc: ['userName'], msg: `The identity provider names the role "${name}", which does not exist`, type: 'role_unknown' },
      ]);
    assertCanGrant(ctx, role.default_scopes);
    return name;
  }

  private async providerOf({ tenant }: Ctx, email: string) {
    const domain = /^[^@\s]+@([^@\s]+)$/.exec(email)?.[1];
    const provider = domain === undefined ? undefined : await this.providers.findByDomain(tenant, domain);
    const msg = 'Must be an e-mail address whose domain has an identity provider in your tenant';
    if (!provider) throw InvalidInput([{ loc: ['userName'], msg, type: 'domain_unknown' }]);
    return provider;
  }
}

function toAttributes(name: Record<string, unknown>): Record<string, string> {
  const named = { first_name: name['givenName'], last_name: name['familyName'] };
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, value]) => (typeof value === 'string' && value ? [[key, value.slice(0, NAME_MAX)]] : [])),
  );
}

/** The name of an account, in the form of SCIM. */
export const toName = ({ first_name, last_name }: Record<string, unknown>) => ({
  ...(typeof first_name === 'string' && { givenName: first_name }),
  ...(typeof last_name === 'string' && { familyName: last_name }),
});
