import {
  auth,
  type CreateTenant as Create,
  type ListTenants,
  TenantNotFound,
  type TenantRef,
  type UpdateTenant as Update,
} from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { CreateTenant } from './create-tenant.js';
import { DeleteTenant } from './delete-tenant.js';
import { isOfThePlatform } from './platform.js';
import { TenantRepository } from './tenant.repository.js';
import { UpdateTenant } from './update-tenant.js';

@Handlers()
export class TenantHandlers {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly creation: CreateTenant,
    private readonly update: UpdateTenant,
    private readonly deletion: DeleteTenant,
  ) {}

  @Handle(auth.createTenant)
  createTenant(ctx: Ctx, input: Create) {
    return this.creation.run(ctx, input);
  }

  @Handle(auth.listTenants)
  listTenants(ctx: Ctx, window: ListTenants) {
    return isOfThePlatform(ctx) ? this.db.acrossTenants(() => this.tenants.page(window)) : this.tenants.page(window);
  }

  @Handle(auth.getTenant)
  getTenant(ctx: Ctx, { tenant_id }: TenantRef) {
    return this.in(ctx, tenant_id, () => this.read(tenant_id));
  }

  @Handle(auth.updateTenant)
  updateTenant(ctx: Ctx, input: Update) {
    return this.in(ctx, input.tenant_id, () => this.update.run(ctx, input));
  }

  @Handle(auth.deleteTenant)
  deleteTenant(ctx: Ctx, { tenant_id }: TenantRef) {
    return this.in(ctx, tenant_id, () => this.deletion.run(ctx, tenant_id));
  }

  @Handle(auth.getTenantHealth)
  getTenantHealth(ctx: Ctx, { tenant_id }: TenantRef) {
    return this.in(ctx, tenant_id, async () => {
      const { is_active, db_backend } = await this.read(tenant_id);
      const people = await this.tenants.people(tenant_id);
      const message = is_active ? `The tenant is active. ${people} may sign in.` : 'The tenant is suspended.';
      return { tenant_id, db_backend, healthy: is_active, message };
    });
  }

  /** @throws Problem `tenant_not_found` for a tenant that is not the caller's to know of */
  private async in<T>(ctx: Ctx, tenant_id: string, work: () => Promise<T>): Promise<T> {
    if (tenant_id !== ctx.tenant && !isOfThePlatform(ctx)) throw TenantNotFound();
    return this.db.inTenant(tenant_id, work);
  }

  private async read(tenant_id: string) {
    const tenant = await this.tenants.read(tenant_id);
    if (!tenant) throw TenantNotFound();
    return tenant;
  }
}
