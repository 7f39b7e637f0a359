import { InvalidInput } from '@skep/contracts';
import { type CreateScimGroup, type PatchScim, type ReplaceScimGroup, ScimNotFound, ScimUniqueness } from '@skep/contracts/auth';
import { commitWithAnswer, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { IdentityProviderRepository } from '../identity-provider/identity-provider.repository.js';
import { roleOf } from '../identity-provider/role-of.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { UpdateUser } from '../user/update-user.js';
import type { ProvisionedGroupEntity } from './provisioned-group.entity.js';
import { ProvisionedGroupRepository } from './provisioned-group.repository.js';
import { ProvisionedUserRepository } from './provisioned-user.repository.js';
import { applyPatch, GROUP_SCHEMA, textOf } from './scim.js';

/** A group with the ids of its members. */
export type GroupWithMembers = ProvisionedGroupEntity & { members: string[] };

/** Creates and changes groups. Their members get the roles that the identity provider of their domain has for their groups. */
@Injectable()
export class ProvisionGroup {
  constructor(
    private readonly db: Database,
    private readonly groups: ProvisionedGroupRepository,
    private readonly users: ProvisionedUserRepository,
    private readonly accounts: AccountRepository,
    private readonly providers: IdentityProviderRepository,
    private readonly scopes: ScopeRepository,
    private readonly updateUser: UpdateUser,
  ) {}

  /** @throws Problem `scim_uniqueness`, `scope_not_held`, `last_administrator`; `invalid_input` for an unknown member */
  create(ctx: Ctx, { displayName: display_name, externalId, members }: CreateScimGroup) {
    return commitWithAnswer(this.db, async () => {
      await this.scopes.lockAccess(ctx);
      const group = await this.groups.add(ctx, {
        id: `grp_${randomAlphanumeric(20, 'lower')}`,
        display_name,
        external_id: externalId ?? null,
      });
      if (!group) throw ScimUniqueness();
      await this.setMembers(
        ctx,
        group,
        [],
        members.map(({ value }) => value),
      );
      return this.find(ctx, group.id);
    });
  }

  /** @throws Problem `scim_not_found`, and those of `create` */
  replace(ctx: Ctx, { id, displayName: display_name, externalId, members }: ReplaceScimGroup) {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const before = await this.find(ctx, id);
      if (!(await this.groups.update(ctx, { id, display_name, external_id: externalId ?? null }))) throw ScimUniqueness();
      await this.setMembers(
        ctx,
        before,
        before.members,
        members.map(({ value }) => value),
        display_name !== before.display_name,
      );
      return this.find(ctx, id);
    });
  }

  /** @throws Problem `scim_patch_invalid`, and those of `replace` */
  patch(ctx: Ctx, { id, Operations }: PatchScim) {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const { display_name, external_id, members: before } = await this.find(ctx, id);
      const current = {
        ...{ schemas: [GROUP_SCHEMA], id, displayName: display_name, members: before.map((value) => ({ value })) },
        ...(external_id !== null && { externalId: external_id }),
      };
      const {
        displayName,
        externalId,
        members = [],
      } = (await applyPatch('Group', current, Operations)) as {
        displayName?: unknown;
        externalId?: string;
        members?: { value: string }[];
      };
      return this.replace(ctx, {
        id,
        displayName: textOf(displayName, 'displayName', 200),
        members,
        ...(externalId !== undefined && { externalId }),
      });
    });
  }

  /** @throws Problem `scim_not_found`, and those of `create` */
  remove(ctx: Ctx, id: string) {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const group = await this.find(ctx, id);
      await this.setMembers(ctx, group, group.members, []);
      await this.groups.remove(ctx, id);
      return {};
    });
  }

  async find(ctx: Ctx, id: string): Promise<GroupWithMembers> {
    const group = await this.groups.lock(ctx, id);
    if (!group) throw ScimNotFound();
    return { ...group, members: await this.groups.members(ctx, id) };
  }

  private async setMembers(ctx: Ctx, { id }: ProvisionedGroupEntity, before: string[], wanted: string[], isRenamed = false): Promise<void> {
    const [old, now] = [new Set(before), new Set(wanted)];
    const [added, removed] = [[...now].filter((member) => !old.has(member)), before.filter((member) => !now.has(member))];
    for (const member of added)
      if (!(await this.users.find(ctx, member)))
        throw InvalidInput([
          { loc: ['members', wanted.indexOf(member), 'value'], msg: 'No provisioned person has this id', type: 'member_unknown' },
        ]);
    await this.groups.addMembers(ctx, id, added);
    await this.groups.removeMembers(ctx, id, removed);
    // In one order, so that two groups do not wait for each other.
    for (const member of (isRenamed ? [...new Set([...before, ...added])] : [...added, ...removed]).sort())
      await this.giveRole(ctx, member);
  }

  private async giveRole(ctx: Ctx, user_id: string): Promise<void> {
    const account = await this.accounts.lock(ctx, user_id);
    if (!account) return;
    const provider = await this.providers.findByDomain(ctx.tenant, account.email.slice(account.email.lastIndexOf('@') + 1));
    if (!provider) return;
    const role = roleOf(provider, await this.groups.namesOf(ctx, user_id));
    if (role !== account.role) await this.updateUser.run(ctx, { user_id, role });
  }
}
