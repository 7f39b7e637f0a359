import { InvalidInput, type Page } from '@skep/contracts';
import type { AgencyItem, ListAgencies } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const ADD = statement<AgencyItem>(`
  insert into agency (tenant_id, agency_id, display_name, domain, settings) values ($1, $2, $3, $4, $5) on conflict do nothing returning *`);
const LIST = statement<AgencyItem>('select * from agency where tenant_id = $1 order by created_at, agency_id limit $2 offset $3');
const COUNT = statement<{ total: number }>('select count(*) as total from agency where tenant_id = $1');
const FIND = statement<AgencyItem>('select * from agency where tenant_id = $1 and agency_id = $2');
/** One statement, so that concurrent changes do not overwrite each other. */
const MERGE = statement<AgencyItem>(`
  update agency set settings = (settings || $3::jsonb) - $4::text[] where tenant_id = $1 and agency_id = $2 returning *`);
/** The user's agency, or a default if they have none. */
const OF_CALLER = statement<AgencyItem>(`
  select coalesce(g.agency_id, 'default') as agency_id, coalesce(g.display_name, 'Default') as display_name, g.domain,
         coalesce(g.settings, '{}') as settings, coalesce(g.created_at, t.created_at) as created_at
    from tenant t
    left join account a on a.id = $2 and a.tenant_id = t.id
    left join agency g on g.tenant_id = t.id and g.agency_id = a.agency_id
   where t.id = $1`);

/** Settings to add or replace, and names of settings to remove. */
export interface SettingsChanges {
  set: Record<string, unknown>;
  remove: string[];
}

@Injectable()
export class AgencyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the tenant already has an agency with this id or domain. */
  add(tenant: string, agency: { agency_id: string; display_name: string; domain: string | null; settings: Record<string, unknown> }) {
    return this.db.row(ADD, [tenant, agency.agency_id, agency.display_name, agency.domain, agency.settings]);
  }

  async list(tenant: string, { limit, offset }: ListAgencies): Promise<Page<AgencyItem>> {
    const [rows, counted] = await Promise.all([this.db.rows(LIST, [tenant, limit, offset]), this.db.row(COUNT, [tenant])]);
    return { rows, total: counted!.total };
  }

  /** @throws Problem `invalid_input` if the tenant has no such agency */
  async assertExists(tenant: string, agency_id: string | undefined): Promise<void> {
    if (agency_id !== undefined && !(await this.find(tenant, agency_id)))
      throw InvalidInput([{ loc: ['agency_id'], msg: `Agency ${agency_id} not found`, type: 'agency_unknown' }]);
  }

  find(tenant: string, agency_id: string): Promise<AgencyItem | undefined> {
    return this.db.row(FIND, [tenant, agency_id]);
  }

  merge(tenant: string, agency_id: string, { set, remove }: SettingsChanges): Promise<AgencyItem | undefined> {
    return this.db.row(MERGE, [tenant, agency_id, set, remove]);
  }

  async findOfCaller({ tenant, user }: Ctx): Promise<AgencyItem> {
    return (await this.db.row(OF_CALLER, [tenant, user]))!;
  }
}
