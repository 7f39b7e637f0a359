import { Conflict, InvalidInput } from '@skep/contracts';
import {
  auth,
  type CreateScope,
  type ListScopes,
  type PersonRef,
  ScopeInUse,
  ScopeNotFound,
  type ScopeRef,
  SystemScope,
  type UpdateScope,
  UserNotFound,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { PLATFORM_TENANT } from '../tenant/operator.js';
import type { ScopeEntity } from './scope.entity.js';
import { ScopeRepository } from './scope.repository.js';

@Handlers()
export class ScopeHandlers {
  constructor(
    private readonly db: Database,
    private readonly scopes: ScopeRepository,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.listScopes)
  listScopes(ctx: Ctx, input: ListScopes) {
    return this.scopes.list(ctx, input);
  }

  @Handle(auth.createScope)
  createScope(ctx: Ctx, input: CreateScope) {
    const name = `${input.resource}:${input.action}`;
    if (input.name && input.name.replaceAll('.', ':') !== name)
      throw InvalidInput([{ loc: ['name'], msg: `Must be "${name}", or be left out`, type: 'scope_name' }]);
    if (input.source && (input.source === 'platform') !== (ctx.tenant === PLATFORM_TENANT))
      throw InvalidInput([{ loc: ['source'], msg: '"platform" is reserved for scopes of the tenant _platform_', type: 'scope_source' }]);
    return this.db.transaction(async () => {
      const scope = await this.scopes.add(ctx, name, input);
      if (!scope) throw Conflict(`Scope "${name}" already exists.`);
      await this.record(ctx, 'scope.created', scope);
      return scope;
    });
  }

  @Handle(auth.updateScope)
  updateScope(ctx: Ctx, input: UpdateScope) {
    return this.db.transaction(async () => {
      await this.findOwn(ctx, input.scope_id);
      const scope = await this.scopes.update(input);
      await this.record(ctx, 'scope.updated', scope);
      return scope;
    });
  }

  @Handle(auth.deleteScope)
  deleteScope(ctx: Ctx, { scope_id }: ScopeRef) {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const scope = await this.findOwn(ctx, scope_id);
      if (await this.scopes.isInUse(scope)) throw ScopeInUse();
      await this.scopes.remove(scope_id);
      await this.record(ctx, 'scope.deleted', scope);
      return { id: scope_id, name: scope.name, deleted: true };
    });
  }

  @Handle(auth.getEffectiveScopes)
  async getEffectiveScopes(ctx: Ctx, { user_id }: PersonRef) {
    const effective = await this.scopes.findEffective(ctx, user_id);
    if (!effective) throw UserNotFound();
    return effective;
  }

  /** @throws Problem `scope_not_found`; `system_scope` for a scope of the platform */
  private async findOwn(ctx: Ctx, id: number): Promise<ScopeEntity> {
    const scope = await this.scopes.find(ctx, id);
    if (!scope) throw ScopeNotFound();
    if (scope.is_system || scope.tenant_id !== ctx.tenant) throw SystemScope();
    return scope;
  }

  private record(ctx: Ctx, action: string, { name }: ScopeEntity): Promise<void> {
    return this.audit.record(ctx, { action, target_type: 'scope', target_id: name, source: 'rbac' });
  }
}
