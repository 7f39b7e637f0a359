import { EMAIL_CASES, type EmailCase, type EmailTemplate, EmailTemplateNotFound, type UpdateEmailTemplate } from '@skep/contracts/channels';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { EmailTemplateEntity } from './email-template.entity.js';

const HTML = `<!doctype html>
<html><body style="font-family: sans-serif">
<p style="white-space: pre-wrap">{{message}}</p>
<p style="white-space: pre-wrap">{{body}}</p>
</body></html>
`;
const DEFAULTS: Readonly<Record<EmailCase, EmailTemplate>> = {
  notification: {
    ...{ case: 'notification', subject: '{{subject}}', html_body: HTML, text_body: '{{message}}\n\n{{body}}\n', enabled: true },
    ...{ updated_by: '', updated_at: null },
  },
};

const SAVE = statement(
  `insert into email_template ("case", subject, html_body, text_body, enabled, updated_by)
   values (:case, :subject, :html_body, :text_body, :enabled, :updated_by)
   on conflict ("case") do update set subject = excluded.subject, html_body = excluded.html_body, text_body = excluded.text_body,
          enabled = excluded.enabled, updated_by = excluded.updated_by, updated_at = now()
   returning *`,
  EmailTemplateEntity,
);

/** The templates of the installation. */
@Injectable()
export class EmailTemplateRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `email_template_not_found` */
  async get(name: string): Promise<EmailTemplate> {
    const known = EMAIL_CASES.find((known) => known === name);
    if (!known) throw EmailTemplateNotFound(`The cases are: ${EMAIL_CASES.join(', ')}.`);
    return (await this.db.repository(EmailTemplateEntity).findOneBy({ case: known })) ?? DEFAULTS[known];
  }

  list(): Promise<EmailTemplate[]> {
    return Promise.all(EMAIL_CASES.map((name) => this.get(name)));
  }

  /** @throws Problem `email_template_not_found` */
  async update({ case: name, updated_by = '', ...changes }: UpdateEmailTemplate): Promise<EmailTemplate> {
    const before = await this.get(name);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null && value !== undefined));
    return (await this.db.row(SAVE, { ...before, ...given, updated_by }))!;
  }
}
