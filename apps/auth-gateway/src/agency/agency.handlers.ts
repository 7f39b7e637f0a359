import { InvalidInput } from '@skep/contracts';
import {
  AgencyIdTaken,
  AgencyNotFound,
  type AgencyRef,
  AgencyTheme,
  auth,
  type CreateAgency,
  type ListAgencies,
  type SetAgencyTheme,
  type UpdateAgencySettings,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { OPERATOR_TENANT } from '../tenant/operator.js';
import { AgencyRepository } from './agency.repository.js';
import { assertLength, parseSettingsChanges, parseSettings } from './settings.js';
import { assertReadable } from './theme-contrast.js';

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;
/** The reported agency of users without one; no real agency has this id. */
const DEFAULT_AGENCY = 'default';

@Handlers()
export class AgencyHandlers {
  constructor(
    private readonly db: Database,
    private readonly agencies: AgencyRepository,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.getMyAgency)
  getMyAgency(ctx: Ctx) {
    return this.agencies.findOfCaller(ctx);
  }

  @Handle(auth.listAgencies)
  listAgencies(ctx: Ctx, page: ListAgencies) {
    return this.inCallerTenant(ctx, (tenant) => this.agencies.list(tenant, page));
  }

  @Handle(auth.createAgency)
  createAgency(ctx: Ctx, { agency_id, display_name, domain, settings = {} }: CreateAgency) {
    if (agency_id === DEFAULT_AGENCY) throw AgencyIdTaken();
    const agency = { agency_id, display_name, domain: parseDomain(domain), settings: parseSettings(settings) };
    return this.changeAndRecord(ctx, 'agency.created', agency_id, async (tenant_id) => {
      const added = await this.agencies.add({ ...agency, tenant_id });
      if (!added) throw AgencyIdTaken();
      return added;
    });
  }

  @Handle(auth.getAgency)
  getAgency(ctx: Ctx, { agency_id }: AgencyRef) {
    return this.inCallerTenant(ctx, async (tenant) => {
      const agency = await this.agencies.find(tenant, agency_id);
      if (!agency) throw AgencyNotFound();
      return agency;
    });
  }

  @Handle(auth.getAgencyTheme)
  async getAgencyTheme(ctx: Ctx, ref: AgencyRef) {
    return (await this.getAgency(ctx, ref)).theme ?? new AgencyTheme();
  }

  @Handle(auth.setAgencyTheme)
  setAgencyTheme(ctx: Ctx, { agency_id, ...theme }: SetAgencyTheme) {
    assertReadable(theme);
    return this.changeAndRecord(ctx, 'agency.theme_changed', agency_id, async (tenant) => {
      if (!(await this.agencies.setTheme(tenant, agency_id, theme))) throw AgencyNotFound();
      return theme;
    });
  }

  @Handle(auth.updateAgencySettings)
  updateAgencySettings(ctx: Ctx, { agency_id, ...settings }: UpdateAgencySettings) {
    const changes = parseSettingsChanges(settings);
    const names = [...Object.keys(changes.set), ...changes.remove];
    return this.changeAndRecord(
      ctx,
      'agency.settings_changed',
      agency_id,
      async (tenant) => {
        const agency = await this.agencies.merge(tenant, agency_id, changes);
        if (!agency) throw AgencyNotFound();
        assertLength(agency.settings);
        return agency;
      },
      { settings: names },
    );
  }

  /** A service that names no tenant works in the operator's. */
  private inCallerTenant<T>(ctx: Ctx, work: (tenant: string) => Promise<T>): Promise<T> {
    const tenant = ctx.tenant || OPERATOR_TENANT;
    return this.db.inTenant(tenant, () => work(tenant));
  }

  private changeAndRecord<T>(
    ctx: Ctx,
    action: string,
    target_id: string,
    work: (tenant: string) => Promise<T>,
    metadata?: object,
  ): Promise<T> {
    return this.inCallerTenant(ctx, (tenant_id) =>
      this.db.transaction(async () => {
        const result = await work(tenant_id);
        await this.audit.record(ctx, { action, tenant_id, target_type: 'agency', target_id, metadata });
        return result;
      }),
    );
  }
}

function parseDomain(domain: string | undefined): string | null {
  if (!domain) return null;
  const host = domain.toLowerCase();
  if (!HOST_NAME.test(host))
    throw InvalidInput([{ loc: ['domain'], msg: 'Must be a host name, such as north.example.com', type: 'domain_form' }]);
  return host;
}
