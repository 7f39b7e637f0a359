import { InvalidInput, type Page } from '@skep/contracts';
import { AgencyItem, AgencyTheme, type MyAgency } from '@skep/contracts/auth';
import { as, type Ctx, Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AgencyEntity } from './agency.entity.js';
import type { SettingsChanges } from './settings.js';

const ADD = statement(
  `insert into agency (tenant_id, agency_id, display_name, domain, settings)
   values (:tenant_id, :agency_id, :display_name, :domain, :settings) on conflict do nothing returning *`,
  AgencyEntity,
);
/** One statement, so that concurrent changes do not overwrite each other. */
const MERGE = statement(
  `update agency set settings = (settings || :set::jsonb) - :remove::text[]
    where tenant_id = :tenant_id and agency_id = :agency_id returning *`,
  AgencyEntity,
);
/** The user's agency, or a default if they have none. */
const OF_CALLER = statement(
  `select coalesce(g.agency_id, 'default') as agency_id, coalesce(g.display_name, 'Default') as display_name, g.domain,
          coalesce(g.settings, '{}') as settings, coalesce(g.created_at, t.created_at) as created_at, g.theme
     from tenant t
     left join account a on a.id = :user and a.tenant_id = t.id
     left join agency g on g.tenant_id = t.id and g.agency_id = a.agency_id
    where t.id = :tenant`,
  AgencyItem,
  { theme: as<AgencyTheme | null>('jsonb?') },
);
const AGENCIES = defineList(
  {
    select: '*',
    from: 'agency',
    // With the tenant, the index agency_time.
    orders: {
      oldest: [
        ['created_at', 'timestamptz', 'asc'],
        ['agency_id', 'text', 'asc'],
      ],
    },
  },
  AgencyEntity,
);

@Injectable()
export class AgencyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the tenant already has an agency with this id or domain. */
  add(agency: Omit<AgencyEntity, 'created_at' | 'theme'>): Promise<AgencyEntity | undefined> {
    return this.db.row(ADD, agency);
  }

  /** Oldest first. */
  list(tenant_id: string, paging: Paging): Promise<Page<AgencyEntity>> {
    return this.db.page(AGENCIES, { order: 'oldest', where: ['tenant_id = :tenant_id'], values: { tenant_id } }, paging);
  }

  /** @throws Problem `invalid_input` if the tenant has no such agency */
  async assertExists(tenant_id: string, agency_id: string | undefined): Promise<void> {
    if (agency_id !== undefined && !(await this.find(tenant_id, agency_id)))
      throw InvalidInput([{ loc: ['agency_id'], msg: `Agency ${agency_id} not found`, type: 'agency_unknown' }]);
  }

  find(tenant_id: string, agency_id: string): Promise<AgencyEntity | null> {
    return this.db.repository(AgencyEntity).findOneBy({ tenant_id, agency_id });
  }

  merge(tenant_id: string, agency_id: string, changes: SettingsChanges): Promise<AgencyEntity | undefined> {
    return this.db.row(MERGE, { ...changes, tenant_id, agency_id });
  }

  /** False if the tenant has no such agency. */
  async setTheme(tenant_id: string, agency_id: string, theme: AgencyTheme): Promise<boolean> {
    return (await this.db.repository(AgencyEntity).update({ tenant_id, agency_id }, { theme })).affected === 1;
  }

  async findOfCaller(ctx: Ctx): Promise<MyAgency> {
    const agency = (await this.db.row(OF_CALLER, ctx))!;
    return { ...agency, theme: agency.theme ?? new AgencyTheme() };
  }
}
