import { auth, InvalidInput, LastAdministrator, type RevokeReason, type UpdateUser, UserNotFound } from '@skep/contracts';
import { Bus, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AgencyRepository } from '../agency/agency.repository.js';
import { ApiKeyRepository } from '../api-key/api-key.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { RoleRepository } from '../role/role.repository.js';
import { apart, checkScopes, mayDecideAbout, mayGive, missing } from '../scope/scopes.js';
import { EndSession } from '../session/end-session.js';
import { type Changed, type Standing, UserRepository } from './user.repository.js';

const AUDITED = ['role', 'scopes', 'is_active', 'agency_id'] as const;

/**
 * What a person may do is decided here and in change-role.ts. Whoever may do less than before signs in again, since their access
 * tokens say more; whoever may do more finds it in their next access token.
 */
@Injectable()
export class ChangeUser {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly users: UserRepository,
    private readonly roles: RoleRepository,
    private readonly agencies: AgencyRepository,
    private readonly keys: ApiKeyRepository,
    private readonly endSession: EndSession,
    private readonly audit: Audit,
  ) {}

  /**
   * @param end what the sessions of somebody who is deactivated end with
   * @throws Problem `user_not_found`, `scope_not_held`, `last_administrator`; `invalid_input` for an unknown role
   */
  async run(ctx: Ctx, change: UpdateUser, end: RevokeReason = 'deactivated'): Promise<Standing> {
    const wanted = { scopes: check(change, 'scopes'), deny_scopes: check(change, 'deny_scopes') };
    return this.db.transaction(async () => {
      await this.roles.alone(ctx);
      const before = await this.users.lock(ctx, change.user_id);
      if (!before) throw UserNotFound();
      mayDecideAbout(ctx, before.scopes);
      const after = await this.users.change(ctx, await this.target(ctx, before, { ...change, ...wanted }));
      mayGive(ctx, missing(before.is_active ? before.scopes : [], after.is_active ? after.scopes : before.scopes));
      if (isAdministrator(before) && !isAdministrator(after) && !(await this.users.hasAdministrator(ctx))) throw LastAdministrator();
      const ended = await this.end(ctx, before, after, end);
      await this.record(ctx, before, after, ended);
      return after;
    });
  }

  /** Another role brings its own scopes, and takes along what was granted to the person, but not what was denied. */
  private async target(ctx: Ctx, before: Standing, change: UpdateUser): Promise<Changed> {
    const { role, scopes, deny_scopes = [], attributes, is_active, agency_id } = change;
    const other = role !== undefined && role !== before.role ? await this.roles.named(ctx, role) : undefined;
    if (role !== undefined && role !== before.role && !other)
      throw InvalidInput([{ loc: ['role'], msg: 'There is no such role', type: 'role_unknown' }]);
    await this.agencies.mustKnow(ctx.tenant, agency_id);
    const role_scopes = other?.default_scopes ?? before.role_scopes;
    const own = scopes ? apart(role_scopes, scopes) : { granted: other ? [] : before.granted_scopes, denied: before.denied_scopes };
    return {
      id: before.id,
      role: other?.name ?? before.role,
      role_scopes,
      granted_scopes: own.granted,
      denied_scopes: [...new Set([...own.denied, ...deny_scopes])],
      attributes: attributes ?? before.attributes,
      is_active: is_active ?? before.is_active,
      agency_id: agency_id ?? before.agency_id,
    };
  }

  private async end(ctx: Ctx, before: Standing, after: Standing, reason: RevokeReason) {
    const person = { user_id: after.id, tenant_id: after.tenant_id };
    if (!after.is_active) {
      const sessions_ended = await this.endSession.all(ctx, person, reason);
      const keys_revoked = await this.keys.revokeAll(after.id, after.tenant_id);
      this.db.afterCommit(() => this.bus.broadcast(auth.apiKeyRevoked, {}));
      return { sessions_ended, keys_revoked };
    }
    if (!missing(after.scopes, before.scopes).length) return {};
    return { sessions_ended: await this.endSession.all(ctx, person, 'access_changed') };
  }

  private async record(ctx: Ctx, before: Standing, after: Standing, ended: object): Promise<void> {
    const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
    const fields = AUDITED.filter((field) => !same(before[field], after[field]));
    const denied = missing(before.denied_scopes, after.denied_scopes);
    // Attributes are personal: the log, which nobody can erase, tells only that they are others now.
    const attributes = !same(before.attributes, after.attributes);
    if (!fields.length && !denied.length && !attributes) return;
    const action = !fields.includes('is_active') ? 'user.updated' : after.is_active ? 'user.activated' : 'user.deactivated';
    await this.audit.record(ctx, {
      action,
      ...aboutUser(after.id),
      changes: Object.fromEntries(fields.map((field) => [field, { from: before[field], to: after[field] }])),
      metadata: { ...ended, ...(denied.length && { denied }), ...(attributes && { attributes: 'changed' }) },
      source: 'rbac',
    });
  }
}

const isAdministrator = ({ role, is_active, scopes }: Standing) => role === 'admin' && is_active && scopes.includes('*');

const check = (change: UpdateUser, field: 'scopes' | 'deny_scopes') => change[field] && checkScopes(change[field], field);
