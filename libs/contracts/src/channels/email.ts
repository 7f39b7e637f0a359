import { Empty, IDS, LimitOffset } from '../common.js';
import { list, operation, page } from '../define.js';
import { Bool, Email, type FieldDocs, Instant, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

export const EMAIL_CASES = ['notification'] as const;
export type EmailCase = (typeof EMAIL_CASES)[number];
const EMAIL_STATUSES = ['sent', 'failed', 'skipped_disabled', 'skipped_dedup'] as const;
export type EmailStatus = (typeof EMAIL_STATUSES)[number];

const docs = {
  case: { description: 'The occasion of the e-mail.', example: 'notification' },
  status: { description: '`failed`: not sent so far; `skipped_disabled`: the template is turned off.', example: 'sent' },
  subject: { description: 'The subject. `{{subject}}`, `{{message}}`, `{{body}}` and `{{source}}` are replaced.', example: '{{subject}}' },
  html_body: { description: 'The HTML part; what is inserted is escaped.', example: '<p>{{message}}</p>' },
  text_body: { description: 'The text part.', example: '{{message}}' },
  enabled: { description: 'Whether such e-mails are sent.', example: true },
} satisfies Record<string, FieldDocs>;

@Shape('Which e-mails to list.')
export class ListEmails extends LimitOffset {
  @Optional() @Text({ max: 64, ...docs.case }) case?: string;
  @Optional() @OneOf(EMAIL_STATUSES, docs.status) status?: EmailStatus;
  @Optional() @Text({ max: 64, ...IDS.user }) user_id?: string;
}

@Shape('An e-mail that was sent, or why not.')
export class LoggedEmail {
  @Text({ description: 'Id of the e-mail.', example: 'eml_5b2e' }) id!: string;
  @Instant({ description: 'When it was first tried.', example: '2026-06-21T09:30:00Z' }) created_at!: Date;
  @Text(docs.case) case!: string;
  @Text({ description: 'Address of the recipient.', example: 'ada@example.com' }) to_email!: string;
  @Nullable() @Text({ ...IDS.user, description: 'Id of the recipient; null for a test.' }) user_id!: string | null;
  @Text({ description: 'The subject.', example: 'Report' }) subject!: string;
  @OneOf(EMAIL_STATUSES, docs.status) status!: EmailStatus;
  @Nullable() @Text({ description: 'The `Message-ID`; null if it was not sent.', example: '<eml_5b2e@skep>' }) provider_message_id!:
    string | null;
  @Nullable() @Text({ description: 'Why it was not sent.', example: '550 no such user' }) error!: string | null;
  @Text({ description: 'Two e-mails with the same key are one.', example: 'ntf_5b2e' }) dedup_key!: string;
  @Text({ description: 'The app or service that caused it.', example: 'reports' }) tag!: string;
}

@Shape('How e-mails of a case look.')
export class EmailTemplate {
  @Text(docs.case) case!: string;
  @Text(docs.subject) subject!: string;
  @Text(docs.html_body) html_body!: string;
  @Text(docs.text_body) text_body!: string;
  @Bool(docs.enabled) enabled!: boolean;
  @Text({ description: 'Who changed it last; empty for the default.', example: 'imp_u_4f9a' }) updated_by!: string;
  @Nullable() @Instant({ description: 'When it was changed. Null for the default.' }) updated_at!: Date | null;
}

@Shape('Identifies a template.')
export class EmailTemplateRef {
  @Text({ min: 1, max: 64, ...docs.case }) case!: string;
}

@Shape('Changes of a template. What is left out or null stays.')
export class UpdateEmailTemplate extends EmailTemplateRef {
  @Optional() @Text({ min: 1, max: 500, ...docs.subject }) subject?: string;
  @Optional() @Text({ min: 1, max: 50_000, ...docs.html_body }) html_body?: string;
  @Optional() @Text({ min: 1, max: 50_000, ...docs.text_body }) text_body?: string;
  @Optional() @Bool(docs.enabled) enabled?: boolean;
  @Optional() @Text({ max: 128, description: 'Who changes it, for the record.', example: 'imp_u_4f9a' }) updated_by?: string;
}

@Shape('A test of a template.')
export class TestEmail extends EmailTemplateRef {
  @Email({ description: 'Where to send it.', example: 'admin@example.com' }) to!: string;
}

export const EmailTemplateNotFound = problem('email_template_not_found', 404, 'There is no e-mail for this case.');

export const emailMembers = {
  listEmails: operation('List e-mails with notifications (services only)', {
    description: 'Those of all tenants, newest first; of the last 90 days.',
    input: ListEmails,
    output: page(LoggedEmail),
  }),
  listEmailTemplates: operation('List the templates of e-mails (services only)', {
    description: 'One template per case, those that were never changed included.',
    input: Empty,
    output: list(EmailTemplate),
  }),
  getEmailTemplate: operation('Read a template of e-mails (services only)', {
    description: 'As it is used now: the changed one, else that of Skep.',
    input: EmailTemplateRef,
    output: EmailTemplate,
    problems: [EmailTemplateNotFound],
  }),
  updateEmailTemplate: operation('Change a template of e-mails (services only)', {
    description: 'Holds for e-mails that are sent from now on.',
    input: UpdateEmailTemplate,
    output: EmailTemplate,
    problems: [EmailTemplateNotFound],
  }),
  testEmail: operation('Send a test of a template (services only)', {
    description: 'Sends it at once, also if the template is turned off, and says how that went.',
    input: TestEmail,
    output: LoggedEmail,
    problems: [EmailTemplateNotFound],
    spansCalls: true,
  }),
};
