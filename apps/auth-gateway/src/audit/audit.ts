import type { RecordAudit } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SECRET_NAME } from '../secrets/secret-names.js';
import type { AuditLogEntity } from './audit-log.entity.js';

/** The target of what is done to a person's account. */
export const aboutUser = (user_id: string) => ({ target_type: 'user', target_id: user_id, subject_id: user_id });

/** The tenant of what concerns all tenants. */
export const PLATFORM = '_platform_';

/** What is recorded. Who did it, from where and in which request is in the context. */
export interface Deed {
  /** `target.what_happened` */
  action: string;
  target_type: string;
  target_id: string;
  /** Where the context has none, or another one. */
  tenant_id?: string;
  /** Where the context names nobody: whose password, link or token was presented. */
  actor_id?: string;
  /** The person whose account it concerns; they see it among their security events. */
  subject_id?: string;
  /** `{ field: { from, to } }` */
  changes?: object;
  metadata?: object;
  /** `api` unless told. */
  source?: string;
}

/** A line whose actor is known. */
type Line = Deed & Required<Pick<Deed, 'tenant_id' | 'actor_id' | 'source'>> & { actor_type: string; ip_address?: string };

const ADD = statement<AuditLogEntity>(`
  insert into audit_log (tenant_id, actor_id, actor_type, via, action, target_type, target_id, subject_id, changes, metadata, source, ip_address, request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning *`);

/** The door to the audit log: everything that matters to security is written with the change that it tells of, or neither is. */
@Injectable()
export class Audit {
  constructor(private readonly db: Database) {}

  /** @throws Error outside a transaction: a change without its line, or a line without its change, would be possible. */
  async record(ctx: Ctx, deed: Deed): Promise<void> {
    if (!this.db.inTransaction) throw new Error(`audit.record(${deed.action}) outside a transaction`);
    const actor_id = ctx.actor === 'nobody' ? deed.actor_id : ctx.user;
    const [kind = '', name = kind] = ctx.actor.split(':');
    const actor = actor_id ? { actor_id, actor_type: 'user' } : { actor_id: name, actor_type: kind };
    await this.add(ctx, { tenant_id: ctx.tenant, source: 'api', ...deed, ...actor, ip_address: ctx.ip });
  }

  /** What another service tells; `via` says which one it was. */
  tell(ctx: Ctx, told: RecordAudit): Promise<AuditLogEntity> {
    return this.add(ctx, told);
  }

  private async add({ actor, request }: Ctx, line: Line): Promise<AuditLogEntity> {
    const { tenant_id, actor_id, actor_type, action, target_type, target_id, subject_id, changes, metadata, source, ip_address } = line;
    const who = [tenant_id, actor_id, actor_type, actor, action, target_type, target_id, subject_id ?? null];
    const values = [...who, withoutSecrets(changes), withoutSecrets(metadata), source, ip_address ?? null, request];
    return this.db.inTenant(tenant_id, async () => (await this.db.row(ADD, values))!);
  }
}

/** As JSON, with the values hidden whose names say that they are secret. */
const withoutSecrets = (details: object | undefined) =>
  details ? JSON.stringify(details, (key, value: unknown) => (SECRET_NAME.test(key) ? '[hidden]' : value)) : null;
