import { InvalidInput } from '@skep/contracts';
import { auth, LastAdministrator, type RevokeReason, type UpdateUser as Input, type User, UserNotFound } from '@skep/contracts/auth';
import { Bus, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AccountEntity } from '../account/account.entity.js';
import { type AccountChanges, AccountRepository } from '../account/account.repository.js';
import { AgencyRepository } from '../agency/agency.repository.js';
import { ApiKeyRepository } from '../api-key/api-key.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { RoleRepository } from '../role/role.repository.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { computeOverrides, validateScopes, assertCanAdminister, assertCanGrant, missingScopes } from '../scope/scopes.js';
import { RevokeSession } from '../session/revoke-session.js';
import { toUser, UserRepository } from './user.repository.js';

const AUDITED_FIELDS = ['role', 'scopes', 'is_active', 'agency_id'] as const;

/**
 * Changes a user. If they lose scopes, their sessions are revoked, because their access tokens contain the old scopes; new scopes are in
 * their next access token. See also update-role.ts.
 */
@Injectable()
export class UpdateUser {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly roles: RoleRepository,
    private readonly scopes: ScopeRepository,
    private readonly agencies: AgencyRepository,
    private readonly keys: ApiKeyRepository,
    private readonly revokeSession: RevokeSession,
    private readonly audit: Audit,
  ) {}

  /**
   * @param reason why the sessions of a deactivated user are revoked
   * @throws Problem `user_not_found`, `scope_not_held`, `last_administrator`; `invalid_input` for an unknown role
   */
  async run(ctx: Ctx, change: Input, reason: RevokeReason = 'deactivated'): Promise<User> {
    const wanted = { scopes: validateField(change, 'scopes'), deny_scopes: validateField(change, 'deny_scopes') };
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const before = await this.accounts.lock(ctx, change.user_id);
      if (!before) throw UserNotFound();
      assertCanAdminister(ctx, before.scopes);
      const after = await this.accounts.update(await this.resolveChanges(ctx, before, { ...change, ...wanted }));
      assertCanGrant(ctx, missingScopes(before.is_active ? before.scopes : [], after.is_active ? after.scopes : before.scopes));
      if (isAdministrator(before) && !isAdministrator(after) && !(await this.users.hasAdministrator(ctx))) throw LastAdministrator();
      const revoked = await this.revokeLostAccess(ctx, before, after, reason);
      await this.recordChange(ctx, before, after, revoked);
      return toUser(after);
    });
  }

  /** A new role replaces the role's scopes and removes the user's grants; denials stay. */
  private async resolveChanges(ctx: Ctx, before: AccountEntity, change: Input): Promise<AccountChanges> {
    const { role, scopes, deny_scopes = [], attributes, is_active, agency_id } = change;
    const newRole = role !== undefined && role !== before.role ? await this.roles.findByName(ctx, role) : undefined;
    if (role !== undefined && role !== before.role && !newRole)
      throw InvalidInput([{ loc: ['role'], msg: `Role "${role}" not found`, type: 'role_unknown' }]);
    await this.agencies.assertExists(ctx.tenant, agency_id);
    const role_scopes = newRole?.default_scopes ?? before.role_scopes;
    const overrides = scopes
      ? computeOverrides(role_scopes, scopes)
      : { granted: newRole ? [] : before.granted_scopes, denied: before.denied_scopes };
    return {
      id: before.id,
      tenant_id: before.tenant_id,
      role: newRole?.name ?? before.role,
      role_scopes,
      granted_scopes: overrides.granted,
      denied_scopes: [...new Set([...overrides.denied, ...deny_scopes])],
      attributes: attributes ?? before.attributes,
      is_active: is_active ?? before.is_active,
      agency_id: agency_id ?? before.agency_id,
    };
  }

  private async revokeLostAccess(ctx: Ctx, before: AccountEntity, after: AccountEntity, reason: RevokeReason) {
    const user = { user_id: after.id, tenant_id: after.tenant_id };
    if (!after.is_active) {
      const sessions_ended = await this.revokeSession.allOfUser(ctx, user, reason);
      const keys_revoked = await this.keys.revokeAll(after.id, after.tenant_id);
      this.db.afterCommit(() => this.bus.broadcast(auth.apiKeyRevoked, {}));
      return { sessions_ended, keys_revoked };
    }
    if (!missingScopes(after.scopes, before.scopes).length) return {};
    return { sessions_ended: await this.revokeSession.allOfUser(ctx, user, 'access_changed') };
  }

  private async recordChange(ctx: Ctx, before: AccountEntity, after: AccountEntity, revoked: object): Promise<void> {
    const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
    const fields = AUDITED_FIELDS.filter((field) => !isSame(before[field], after[field]));
    const denied = missingScopes(before.denied_scopes, after.denied_scopes);
    // Attributes are personal data, and audit entries cannot be erased: records only that they changed.
    const attributesChanged = !isSame(before.attributes, after.attributes);
    if (!fields.length && !denied.length && !attributesChanged) return;
    const action = !fields.includes('is_active') ? 'user.updated' : after.is_active ? 'user.activated' : 'user.deactivated';
    await this.audit.record(ctx, {
      action,
      ...aboutUser(after.id),
      changes: Object.fromEntries(fields.map((field) => [field, { from: before[field], to: after[field] }])),
      metadata: { ...revoked, ...(denied.length && { denied }), ...(attributesChanged && { attributes: 'changed' }) },
      source: 'rbac',
    });
  }
}

const isAdministrator = ({ role, is_active, scopes }: AccountEntity) => role === 'admin' && is_active && scopes.includes('*');

const validateField = (change: Input, field: 'scopes' | 'deny_scopes') => change[field] && validateScopes(change[field], field);
