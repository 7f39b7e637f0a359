import {
  auth,
  type CreateTenant as CreateTenantInput,
  type ListTenants,
  TenantNotFound,
  type TenantRef,
  type UpdateTenant as UpdateTenantInput,
} from '@skep/contracts/auth';
import { assertOperator, type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { isOperator } from '../tenant/operator.js';
import { TenantRepository } from '../tenant/tenant.repository.js';
import { CreateTenant } from './create-tenant.js';
import { DeleteTenant } from './delete-tenant.js';
import { toTenantItem } from './tenant-item.js';
import { UpdateTenant } from './update-tenant.js';

@Handlers()
export class TenantAdministrationHandlers {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantRepository,
    private readonly accounts: AccountRepository,
    private readonly create: CreateTenant,
    private readonly update: UpdateTenant,
    private readonly remove: DeleteTenant,
  ) {}

  @Handle(auth.createTenant)
  createTenant(ctx: Ctx, input: CreateTenantInput) {
    return this.create.run(ctx, input);
  }

  @Handle(auth.listTenants)
  async listTenants(ctx: Ctx, paging: ListTenants) {
    const page = await (isOperator(ctx) ? this.db.acrossTenants(() => this.tenants.list(paging)) : this.tenants.list(paging, ctx.tenant));
    return { ...page, rows: page.rows.map(toTenantItem) };
  }

  @Handle(auth.getTenant)
  getTenant(ctx: Ctx, { tenant_id }: TenantRef) {
    return this.inManagedTenant(ctx, tenant_id, async () => toTenantItem(await this.find(tenant_id)));
  }

  @Handle(auth.updateTenant)
  updateTenant(ctx: Ctx, input: UpdateTenantInput) {
    return this.inManagedTenant(ctx, input.tenant_id, () => this.update.run(ctx, input));
  }

  @Handle(auth.deleteTenant)
  deleteTenant(ctx: Ctx, { tenant_id }: TenantRef) {
    return this.inManagedTenant(ctx, tenant_id, () => this.remove.run(ctx, tenant_id));
  }

  /** The gateway asks the services: see its installation-health-exchange.ts. */
  @Handle(auth.getInstallationHealth)
  getInstallationHealth(ctx: Ctx) {
    assertOperator(ctx, 'admin:system:read');
    return { checked_at: new Date(), services: [] };
  }

  @Handle(auth.getTenantHealth)
  getTenantHealth(ctx: Ctx, { tenant_id }: TenantRef) {
    return this.inManagedTenant(ctx, tenant_id, async () => {
      const { is_active, db_backend } = toTenantItem(await this.find(tenant_id));
      const users = await this.accounts.countActive(tenant_id);
      const message = is_active
        ? `The tenant is active and has ${users} active user${users === 1 ? '' : 's'}.`
        : 'The tenant is suspended.';
      return { tenant_id, db_backend, healthy: is_active, message };
    });
  }

  /** @throws Problem `tenant_not_found` if the caller may not see the tenant */
  private async inManagedTenant<T>(ctx: Ctx, tenant_id: string, work: () => Promise<T>): Promise<T> {
    if (tenant_id !== ctx.tenant && !isOperator(ctx)) throw TenantNotFound();
    return this.db.inTenant(tenant_id, work);
  }

  private async find(tenant_id: string) {
    const tenant = await this.tenants.find(tenant_id);
    if (!tenant) throw TenantNotFound();
    return tenant;
  }
}
