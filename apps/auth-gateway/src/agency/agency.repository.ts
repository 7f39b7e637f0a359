import { type AgencyItem, InvalidInput, type ListAgencies, type Page } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const ADD = statement<AgencyItem>(`
  insert into agency (tenant_id, agency_id, display_name, domain, settings) values ($1, $2, $3, $4, $5) on conflict do nothing returning *`);
const LIST = statement<AgencyItem>('select * from agency where tenant_id = $1 order by created_at, agency_id limit $2 offset $3');
const COUNT = statement<{ total: number }>('select count(*) as total from agency where tenant_id = $1');
const READ = statement<AgencyItem>('select * from agency where tenant_id = $1 and agency_id = $2');
/** In one statement, so that of two changes at once none is lost. */
const MERGE = statement<AgencyItem>(`
  update agency set settings = (settings || $3::jsonb) - $4::text[] where tenant_id = $1 and agency_id = $2 returning *`);
/** The person's own, or what stands for it where there is none. */
const OF = statement<AgencyItem>(`
  select coalesce(g.agency_id, 'default') as agency_id, coalesce(g.display_name, 'Default') as display_name, g.domain,
         coalesce(g.settings, '{}') as settings, coalesce(g.created_at, t.created_at) as created_at
    from tenant t
    left join account a on a.id = $2 and a.tenant_id = t.id
    left join agency g on g.tenant_id = t.id and g.agency_id = a.agency_id
   where t.id = $1`);

/** Settings to be put in the place of others, and those to be taken away. */
export interface Changes {
  put: Record<string, unknown>;
  removed: string[];
}

@Injectable()
export class AgencyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined where the id or the domain is in use. */
  add(tenant: string, agency: { agency_id: string; display_name: string; domain: string | null; settings: Record<string, unknown> }) {
    return this.db.row(ADD, [tenant, agency.agency_id, agency.display_name, agency.domain, agency.settings]);
  }

  async page(tenant: string, { limit, offset }: ListAgencies): Promise<Page<AgencyItem>> {
    const [rows, counted] = await Promise.all([this.db.rows(LIST, [tenant, limit, offset]), this.db.row(COUNT, [tenant])]);
    return { rows, total: counted!.total };
  }

  /** @throws Problem `invalid_input` for an agency that the tenant does not have */
  async mustKnow(tenant: string, agency_id: string | undefined): Promise<void> {
    if (agency_id !== undefined && !(await this.read(tenant, agency_id)))
      throw InvalidInput([{ loc: ['agency_id'], msg: 'There is no such agency', type: 'agency_unknown' }]);
  }

  read(tenant: string, agency_id: string): Promise<AgencyItem | undefined> {
    return this.db.row(READ, [tenant, agency_id]);
  }

  merge(tenant: string, agency_id: string, { put, removed }: Changes): Promise<AgencyItem | undefined> {
    return this.db.row(MERGE, [tenant, agency_id, put, removed]);
  }

  async of({ tenant, user }: Ctx): Promise<AgencyItem> {
    return (await this.db.row(OF, [tenant, user]))!;
  }
}
