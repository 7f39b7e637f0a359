import {
  auth,
  type CreateScimGroup,
  type CreateScimUser,
  type PatchScim,
  type ReplaceScimGroup,
  type ReplaceScimUser,
  type ScimGroup,
  type ScimQuery,
  type ScimRef,
  type ScimUser,
} from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers, siteOf } from '@skep/platform';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { type GroupWithMembers, ProvisionGroup } from './provision-group.js';
import { ProvisionUser, toName } from './provision-user.js';
import type { ProvisionedGroupEntity } from './provisioned-group.entity.js';
import { ProvisionedGroupRepository } from './provisioned-group.repository.js';
import { type ProvisionedUser, ProvisionedUserRepository } from './provisioned-user.repository.js';
import { GROUP_SCHEMA, listSchemas, parseFilter, RESOURCE_TYPES, toList, USER_SCHEMA } from './scim.js';

const ALL = { startIndex: 1 };

/** SCIM 2.0 for the identity providers of organisations. */
@Handlers()
export class ProvisioningHandlers {
  private readonly base: string;

  constructor(
    config: AuthGatewayConfig,
    private readonly users: ProvisionedUserRepository,
    private readonly groups: ProvisionedGroupRepository,
    private readonly user: ProvisionUser,
    private readonly group: ProvisionGroup,
  ) {
    this.base = `${siteOf(config)}/scim/v2`;
  }

  @Handle(auth.getScimServiceConfig)
  config() {
    const [yes, no] = [{ supported: true }, { supported: false }];
    return {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      ...{ patch: yes, bulk: { ...no, maxOperations: 0, maxPayloadSize: 0 }, filter: { ...yes, maxResults: 200 } },
      ...{ changePassword: no, sort: no, etag: no },
      authenticationSchemes: [
        { type: 'oauthbearertoken', name: 'API key', description: 'An API key of an administrator, as a bearer token.' },
      ],
    };
  }

  @Handle(auth.listScimResourceTypes)
  resourceTypes() {
    return toList(ALL, RESOURCE_TYPES.length, RESOURCE_TYPES);
  }

  @Handle(auth.listScimSchemas)
  async schemas() {
    const schemas = await listSchemas();
    return toList(ALL, schemas.length, schemas);
  }

  @Handle(auth.listScimUsers)
  async listUsers(ctx: Ctx, { filter, startIndex, count }: ScimQuery) {
    const compared = await parseFilter(filter, ['userName', 'externalId', 'id']);
    const selected = compared ? { [compared.name]: compared.value } : {};
    const rows = await this.users.list(ctx, selected, Math.max(0, startIndex - 1), count);
    return toList(
      { startIndex },
      await this.users.count(ctx, selected),
      rows.map((row) => ({ ...this.toUser(row) })),
    );
  }

  @Handle(auth.getScimUser)
  async getUser(ctx: Ctx, { id }: ScimRef) {
    return this.toUser(await this.user.find(ctx, id));
  }

  @Handle(auth.createScimUser)
  async createUser(ctx: Ctx, input: CreateScimUser) {
    return this.toUser(await this.user.create(ctx, input));
  }

  @Handle(auth.replaceScimUser)
  async replaceUser(ctx: Ctx, input: ReplaceScimUser) {
    return this.toUser(await this.user.replace(ctx, input));
  }

  @Handle(auth.patchScimUser)
  async patchUser(ctx: Ctx, input: PatchScim) {
    return this.toUser(await this.user.patch(ctx, input));
  }

  @Handle(auth.deleteScimUser)
  deleteUser(ctx: Ctx, { id }: ScimRef) {
    return this.user.remove(ctx, id);
  }

  @Handle(auth.listScimGroups)
  async listGroups(ctx: Ctx, { filter, startIndex, count }: ScimQuery) {
    const compared = await parseFilter(filter, ['displayName', 'externalId', 'id']);
    const selected = compared ? { [compared.name]: compared.value } : {};
    const rows = await this.groups.list(ctx, selected, Math.max(0, startIndex - 1), count);
    return toList(
      { startIndex },
      await this.groups.count(ctx, selected),
      rows.map((row) => ({ ...this.toGroup(row) })),
    );
  }

  @Handle(auth.getScimGroup)
  async getGroup(ctx: Ctx, { id }: ScimRef) {
    return this.toGroup(await this.group.find(ctx, id));
  }

  @Handle(auth.createScimGroup)
  async createGroup(ctx: Ctx, input: CreateScimGroup) {
    return this.toGroup(await this.group.create(ctx, input));
  }

  @Handle(auth.replaceScimGroup)
  async replaceGroup(ctx: Ctx, input: ReplaceScimGroup) {
    return this.toGroup(await this.group.replace(ctx, input));
  }

  @Handle(auth.patchScimGroup)
  async patchGroup(ctx: Ctx, input: PatchScim) {
    return this.toGroup(await this.group.patch(ctx, input));
  }

  @Handle(auth.deleteScimGroup)
  deleteGroup(ctx: Ctx, { id }: ScimRef) {
    return this.group.remove(ctx, id);
  }

  private toUser({ id, email, is_active, attributes, created_at, external_id }: ProvisionedUser): ScimUser {
    return {
      ...{ schemas: [USER_SCHEMA], id, userName: email, name: toName(attributes), active: is_active },
      emails: [{ value: email, type: 'work', primary: true }],
      ...(external_id !== null && { externalId: external_id }),
      meta: { resourceType: 'User', created: created_at, location: `${this.base}/Users/${id}` },
    };
  }

  private toGroup({ id, display_name, external_id, created_at, members }: ProvisionedGroupEntity & Partial<GroupWithMembers>): ScimGroup {
    return {
      ...{ schemas: [GROUP_SCHEMA], id, displayName: display_name },
      ...(external_id !== null && { externalId: external_id }),
      ...(members && { members: members.map((value) => ({ value })) }),
      meta: { resourceType: 'Group', created: created_at, location: `${this.base}/Groups/${id}` },
    };
  }
}
