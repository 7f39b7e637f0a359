import {
  AgencyIdTaken,
  AgencyNotFound,
  type AgencyRef,
  auth,
  type CreateAgency,
  InvalidInput,
  type ListAgencies,
  type UpdateAgencySettings,
} from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { HOME } from '../tenant/platform.js';
import { AgencyRepository } from './agency.repository.js';
import { checkLength, readChanges, readSettings } from './settings.js';

const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;
/** What one who belongs to no agency is told to belong to. */
const NONE = 'default';

@Handlers()
export class AgencyHandlers {
  constructor(
    private readonly db: Database,
    private readonly agencies: AgencyRepository,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.getMyAgency)
  getMyAgency(ctx: Ctx) {
    return this.agencies.of(ctx);
  }

  @Handle(auth.listAgencies)
  listAgencies(ctx: Ctx, window: ListAgencies) {
    return this.within(ctx, (tenant) => this.agencies.page(tenant, window));
  }

  @Handle(auth.createAgency)
  createAgency(ctx: Ctx, { agency_id, display_name, domain, settings = {} }: CreateAgency) {
    if (agency_id === NONE) throw AgencyIdTaken();
    const made = { agency_id, display_name, domain: readDomain(domain), settings: readSettings(settings) };
    return this.change(ctx, 'agency.created', agency_id, async (tenant) => {
      const agency = await this.agencies.add(tenant, made);
      if (!agency) throw AgencyIdTaken();
      return agency;
    });
  }

  @Handle(auth.getAgency)
  getAgency(ctx: Ctx, { agency_id }: AgencyRef) {
    return this.within(ctx, async (tenant) => {
      const agency = await this.agencies.read(tenant, agency_id);
      if (!agency) throw AgencyNotFound();
      return agency;
    });
  }

  @Handle(auth.updateAgencySettings)
  updateAgencySettings(ctx: Ctx, { agency_id, ...wanted }: UpdateAgencySettings) {
    const changes = readChanges(wanted);
    const names = [...Object.keys(changes.put), ...changes.removed];
    return this.change(
      ctx,
      'agency.settings_changed',
      agency_id,
      async (tenant) => {
        const agency = await this.agencies.merge(tenant, agency_id, changes);
        if (!agency) throw AgencyNotFound();
        checkLength(agency.settings!);
        return agency;
      },
      { settings: names },
    );
  }

  /** A service that names no tenant means the platform's own. */
  private within<T>(ctx: Ctx, work: (tenant: string) => Promise<T>): Promise<T> {
    const tenant = ctx.tenant || HOME;
    return this.db.inTenant(tenant, () => work(tenant));
  }

  private change<T>(ctx: Ctx, action: string, target_id: string, work: (tenant: string) => Promise<T>, metadata?: object): Promise<T> {
    return this.within(ctx, (tenant_id) =>
      this.db.transaction(async () => {
        const done = await work(tenant_id);
        await this.audit.record(ctx, { action, tenant_id, target_type: 'agency', target_id, metadata });
        return done;
      }),
    );
  }
}

function readDomain(domain: string | undefined): string | null {
  if (!domain) return null;
  const host = domain.toLowerCase();
  if (!HOST.test(host)) throw InvalidInput([{ loc: ['domain'], msg: 'Give a host name, such as north.example.com', type: 'domain_form' }]);
  return host;
}
