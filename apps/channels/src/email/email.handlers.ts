import {
  channels,
  type EmailTemplateRef,
  type ListEmails,
  type LoggedEmail,
  type TestEmail,
  type UpdateEmailTemplate,
} from '@skep/contracts/channels';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { messageIdOf } from '@skep/platform/mail';
import { v7 } from 'uuid';
import { EmailRepository } from './email.repository.js';
import { EmailTemplateRepository } from './email-template.repository.js';
import { renderEmail } from './render-email.js';
import { SendEmail } from './send-email.js';

const EXAMPLE = { subject: 'A test', message: 'This is a test of your e-mails.', body: '', source: 'test' };

@Handlers()
export class EmailHandlers {
  constructor(
    private readonly emails: EmailRepository,
    private readonly templates: EmailTemplateRepository,
    private readonly sendEmail: SendEmail,
  ) {}

  @Handle(channels.listEmails)
  listEmails(ctx: Ctx, input: ListEmails) {
    return this.emails.list(ctx, input);
  }

  @Handle(channels.listEmailTemplates)
  listEmailTemplates() {
    return this.templates.list();
  }

  @Handle(channels.getEmailTemplate)
  getEmailTemplate(_: Ctx, input: EmailTemplateRef) {
    return this.templates.get(input.case);
  }

  @Handle(channels.updateEmailTemplate)
  updateEmailTemplate(_: Ctx, input: UpdateEmailTemplate) {
    return this.templates.update(input);
  }

  @Handle(channels.testEmail)
  async testEmail(_: Ctx, { case: name, to }: TestEmail): Promise<LoggedEmail> {
    const template = await this.templates.get(name);
    const id = `eml_${v7().replaceAll('-', '')}`;
    const about = { id, tenant_id: '', user_id: null, case: 'notification', dedup_key: id, tag: 'test' } as const;
    const message = { to, ...renderEmail(template, EXAMPLE) };
    const email = await this.sendEmail.run(about, message).catch(() => this.emails.find(id));
    return { ...email, provider_message_id: email.status === 'sent' ? messageIdOf(id) : null };
  }
}
