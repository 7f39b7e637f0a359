import {
  AgentExists,
  type AgentInfo,
  AgentNotFound,
  AgentOfTenant,
  type CreateAgent,
  type SetTenantAgent,
  TooManyAgents,
  type UpdateAgent,
} from '@skep/contracts/agent';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { AgentEntity } from './agent.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

export const DEFAULT_AGENT = 'default';
/** The user of what is for everyone of a tenant. */
export const TENANT = '';
const MAX_AGENTS = 200;

/** Who answers if no agent is named. A person's changes of it are a row of theirs. */
const BUILTIN: AgentInfo = {
  ...{ id: DEFAULT_AGENT, name: 'Default Agent', type: 'assistant', enabled: true, provider: null, model: null, temperature: null },
  ...{ max_tokens: null, max_tool_iterations: null, system_prompt: null, persona: null, default_provider_params: {} },
  ...{ approved_tools: [], source: 'builtin', enforced: false },
};

const EMPTY = { provider: null, model: null, temperature: null, max_tokens: null, max_tool_iterations: null, system_prompt: null };
const INSERT = statement(
  `insert into agent (tenant_id, user_id, id, name, type, enabled, provider, model, temperature, max_tokens, max_tool_iterations, system_prompt,
                      persona, default_provider_params, approved_tools, enforced)
   values (:tenant, :user, :id, :name, :type, :enabled, :provider, :model, :temperature, :max_tokens, :max_tool_iterations, :system_prompt,
           :persona::jsonb, :params::jsonb, :approved::jsonb, :enforced)
   on conflict do nothing returning id`,
  { id: 'text' },
);

/** Reads and writes agents. One of another person does not exist. Those of a person replace those of their tenant, unless these are enforced. */
@Injectable()
export class AgentRepository {
  constructor(private readonly db: Database) {}

  async list({ tenant, user }: Owner): Promise<AgentInfo[]> {
    const rows = await this.rowsOf(tenant, [user, TENANT]);
    const ids = [...new Set(rows.map(({ id }) => id))];
    const agents = ids.map((id) => pick(rows.filter((row) => row.id === id))!);
    return ids.includes(DEFAULT_AGENT) ? agents : [BUILTIN, ...agents];
  }

  /** Those of a person, or of a tenant, alone. */
  async listOwn({ tenant, user }: Owner): Promise<AgentInfo[]> {
    return (await this.rowsOf(tenant, [user])).map(toInfo);
  }

  /** @throws Problem `agent_not_found` */
  async find({ tenant, user }: Owner, id: string): Promise<AgentInfo> {
    const found = pick(await this.rowsOf(tenant, [user, TENANT], id));
    if (found) return found;
    if (id === DEFAULT_AGENT) return BUILTIN;
    throw notFound(id);
  }

  /** @throws Problem `agent_exists`, `too_many_agents` */
  async create({ tenant, user }: Owner, agent: CreateAgent): Promise<AgentInfo> {
    await this.assertRoom({ tenant, user });
    const [before] = await this.rowsOf(tenant, [TENANT], agent.id);
    const exists = before ?? (agent.id === DEFAULT_AGENT || !(await this.insert({ tenant, user }, agent)));
    if (exists) throw AgentExists(`Agent '${agent.id}' already exists`);
    return this.find({ tenant, user }, agent.id);
  }

  /** Replaces the former one. @throws Problem `too_many_agents` */
  async set({ tenant, user }: Owner, agent: SetTenantAgent): Promise<AgentInfo> {
    return this.db.transaction(async () => {
      await this.db.repository(AgentEntity).delete({ tenant_id: tenant, user_id: user, id: agent.id });
      await this.assertRoom({ tenant, user });
      await this.insert({ tenant, user }, agent);
      return toInfo((await this.rowsOf(tenant, [user], agent.id))[0]!);
    });
  }

  /** Changes what is given. One that is not the person's own becomes so. @throws Problem `agent_not_found`, `agent_of_tenant` */
  async update(owner: Owner, { agent_id, ...changes }: UpdateAgent): Promise<AgentInfo> {
    const before = await this.find(owner, agent_id);
    if (before.enforced) throw AgentOfTenant();
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null && value !== undefined));
    if (before.source !== 'user') await this.insert(owner, before);
    const key = { tenant_id: owner.tenant, user_id: owner.user, id: agent_id };
    if (Object.keys(given).length) await this.db.repository(AgentEntity).update(key, given);
    return this.find(owner, agent_id);
  }

  /** @throws Problem `agent_not_found`, `agent_of_tenant` */
  async delete({ tenant, user }: Owner, id: string): Promise<void> {
    const { affected } = await this.db.repository(AgentEntity).delete({ tenant_id: tenant, user_id: user, id });
    if (affected) return;
    throw (await this.rowsOf(tenant, [TENANT], id)).length ? AgentOfTenant() : notFound(id);
  }

  private rowsOf(tenant_id: string, users: string[], id?: string): Promise<AgentEntity[]> {
    const where = { tenant_id, user_id: In(users), ...(id !== undefined && { id }) };
    return this.db.repository(AgentEntity).find({ where, order: { created_at: 'asc', id: 'asc' }, take: 2 * MAX_AGENTS });
  }

  private async assertRoom({ tenant, user }: Owner): Promise<void> {
    if ((await this.db.repository(AgentEntity).countBy({ tenant_id: tenant, user_id: user })) >= MAX_AGENTS) throw TooManyAgents();
  }

  /** False if there is one with this id. */
  private async insert({ tenant, user }: Owner, agent: (CreateAgent & { enforced?: boolean }) | AgentInfo): Promise<boolean> {
    const { persona, default_provider_params, approved_tools, enforced = false, ...rest } = agent;
    const json = {
      ...{ persona: JSON.stringify(persona ?? null), params: JSON.stringify(default_provider_params ?? {}) },
      approved: JSON.stringify(approved_tools ?? []),
    };
    return (await this.db.row(INSERT, { ...EMPTY, ...rest, ...json, enforced, tenant, user })) !== undefined;
  }
}

const toInfo = (row: AgentEntity): AgentInfo => ({ ...row, source: row.user_id === TENANT ? 'tenant' : 'user' });

/** The one that holds for a person, of those with one id. */
function pick(rows: readonly AgentEntity[]): AgentInfo | undefined {
  const row = rows.find(({ enforced }) => enforced) ?? rows.find(({ user_id }) => user_id !== TENANT) ?? rows[0];
  return row && toInfo(row);
}

const notFound = (id: string) => AgentNotFound(`Agent '${id.slice(0, 100)}' not found`);
