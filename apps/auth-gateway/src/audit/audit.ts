import type { RecordAudit } from '@skep/contracts/auth';
import { type Ctx, Database, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SECRET_NAME } from '../secrets/secret-names.js';
import { AuditLogEntity } from './audit-log.entity.js';

/** The target of an audit entry about a user's account. */
export const aboutUser = (user_id: string) => ({ target_type: 'user', target_id: user_id, subject_id: user_id });

/** What to record. The actor, the network address and the request come from `Ctx`. */
export interface AuditEntry {
  /** `<target>.<what happened>`, such as `password.changed` */
  action: string;
  target_type: string;
  target_id: string;
  /** Overrides the tenant of the context. */
  tenant_id?: string;
  /** Used if the context has no user: the owner of the presented password, link or token. */
  actor_id?: string;
  /** The user whose account is affected; they see the entry among their security events. */
  subject_id?: string;
  /** `{ field: { from, to } }` */
  changes?: object;
  metadata?: object;
  /** Default: `api`. */
  source?: string;
}

/** An entry with its actor. */
type ResolvedEntry = AuditEntry &
  Required<Pick<AuditEntry, 'tenant_id' | 'actor_id' | 'source'>> & { actor_type: string; ip_address?: string };

const ADD = statement(
  `insert into audit_log (tenant_id, actor_id, actor_type, via, action, target_type, target_id, subject_id, changes, metadata, source, ip_address, request_id, trace_id)
   values (:tenant_id, :actor_id, :actor_type, :via, :action, :target_type, :target_id, :subject_id, :changes, :metadata, :source, :ip_address, :request_id, :trace_id)
   returning *`,
  AuditLogEntity,
);

/** Writes audit entries, each in the transaction of the change that it describes. */
@Injectable()
export class Audit {
  constructor(private readonly db: Database) {}

  /** @throws Error outside a transaction: the change could be committed without its entry, or the reverse */
  async record(ctx: Ctx, entry: AuditEntry): Promise<void> {
    if (!this.db.inTransaction) throw new Error(`audit.record(${entry.action}) was called outside a transaction`);
    const actor_id = ctx.actor === 'nobody' ? entry.actor_id : ctx.user;
    const [type = '', name = type] = ctx.actor.split(':');
    const actor = actor_id ? { actor_id, actor_type: 'user' } : { actor_id: name, actor_type: type };
    await this.add(ctx, { tenant_id: ctx.tenant, source: 'api', ...entry, ...actor, ip_address: ctx.ip });
  }

  /** Records an entry of another service; `via` names the service. */
  recordExternal(ctx: Ctx, entry: RecordAudit): Promise<AuditLogEntity> {
    return this.add(ctx, entry);
  }

  private async add({ actor, request, trace }: Ctx, entry: ResolvedEntry): Promise<AuditLogEntity> {
    const { subject_id, ip_address } = entry;
    const details = { changes: redactSecrets(entry.changes), metadata: redactSecrets(entry.metadata) };
    const values = { ...entry, ...details, subject_id, ip_address, via: actor, request_id: request, trace_id: traceId({ trace }) };
    return this.db.inTenant(entry.tenant_id, async () => (await this.db.row(ADD, values))!);
  }
}

/** Serializes as JSON and hides the values of fields with secret names. */
const redactSecrets = (details: object | undefined) =>
  details ? JSON.stringify(details, (key, value: unknown) => (SECRET_NAME.test(key) ? '[hidden]' : value)) : null;
