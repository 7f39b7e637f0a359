import { type ListEmails, LoggedEmail } from '@skep/contracts/channels';
import { type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { EmailEntity } from './email.entity.js';

export type NewEmail = Omit<EmailEntity, 'created_at'>;

const LOG = defineList(
  {
    select: `id, created_at, "case", to_email, user_id, subject, status, case when status = 'sent' then '<' || id || '@skep>' end as provider_message_id,
             error, dedup_key, tag`,
    from: 'email',
    // The index email_newest, or email_user.
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
  },
  LoggedEmail,
);
const RECORD = statement(
  `insert into email (id, tenant_id, user_id, "case", to_email, subject, status, error, dedup_key, tag)
   values (:id, :tenant_id, :user_id, :case, :to_email, :subject, :status, :error, :dedup_key, :tag)
   on conflict (id) do update set to_email = excluded.to_email, subject = excluded.subject, status = excluded.status, error = excluded.error
   returning *`,
  EmailEntity,
);

/** The log of e-mails. */
@Injectable()
export class EmailRepository {
  constructor(private readonly db: Database) {}

  async record(email: NewEmail): Promise<EmailEntity> {
    return (await this.db.acrossTenants(() => this.db.row(RECORD, { ...email })))!;
  }

  async isSent(id: string): Promise<boolean> {
    return this.db.repository(EmailEntity).existsBy({ id, status: 'sent' });
  }

  find(id: string): Promise<EmailEntity> {
    return this.db.acrossTenants(() => this.db.repository(EmailEntity).findOneByOrFail({ id }));
  }

  /** Of all tenants, or of that of the acting user. */
  list({ tenant }: Ctx, { case: name, status, user_id, ...paging }: ListEmails) {
    const filters = [tenant && 'tenant_id = :tenant', name && '"case" = :name', status && 'status = :status'];
    const selection = {
      order: 'newest',
      where: [user_id && 'user_id = :user_id'],
      filters,
      values: { tenant, name, status, user_id },
    } as const;
    return this.db.acrossTenants(() => this.db.page(LOG, selection, paging));
  }
}
