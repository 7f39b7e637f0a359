import { auth } from '@skep/contracts/auth';
import { Bus, Handlers, OnRun, type Run } from '@skep/platform';
import { type DeliveryInput, EMAIL_DELIVERY } from '../notification/delivery.js';
import type { NotificationEntity } from '../notification/notification.entity.js';
import { NotificationRepository } from '../notification/notification.repository.js';
import { UnsubscribeLinks } from '../preference/unsubscribe-links.js';
import { EmailRepository } from './email.repository.js';
import { EmailTemplateRepository } from './email-template.repository.js';
import { type EmailVariables, renderEmail } from './render-email.js';
import { SendEmail } from './send-email.js';

const SUBJECT_MAX = 100;

@Handlers()
export class EmailDeliveryHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly notifications: NotificationRepository,
    private readonly emails: EmailRepository,
    private readonly templates: EmailTemplateRepository,
    private readonly links: UnsubscribeLinks,
    private readonly sendEmail: SendEmail,
  ) {}

  /**
   * SMTP cannot send exactly once: if the process dies between the server's answer and the log, the e-mail is sent again, with the same
   * Message-ID.
   */
  @OnRun(EMAIL_DELIVERY)
  async sendNotification(run: Run, { notification_id }: DeliveryInput): Promise<void> {
    await run.step('send', async ({ ctx }) => {
      const id = notification_id.replace('ntf_', 'eml_');
      const found = await this.notifications.find(notification_id);
      if (!found || (await this.emails.isSent(id))) return;
      const user = { user_id: found.user_id, tenant_id: found.tenant_id };
      const { email: to } = await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, user);
      if (!to) return; // a Firebase user without an address
      const template = await this.templates.get('notification');
      const about = { id, ...user, case: 'notification', dedup_key: notification_id, tag: found.source } as const;
      const message = { to, ...renderEmail(template, variablesOf(found)), unsubscribe: await this.links.create(ctx) };
      if (template.enabled) await this.sendEmail.run(about, message);
      else await this.emails.record({ ...about, to_email: to, subject: message.subject, status: 'skipped_disabled', error: null });
    });
  }
}

const variablesOf = ({ subject, message, body, source }: NotificationEntity): EmailVariables => ({
  ...{ message, source },
  subject: subject || message.slice(0, SUBJECT_MAX),
  body: body === message ? '' : body,
});
