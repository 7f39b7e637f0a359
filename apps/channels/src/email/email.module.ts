import { auth } from '@skep/contracts/auth';
import { Aggregate, keep, keepForEver } from '@skep/platform';
import { NotificationModule } from '../notification/notification.module.js';
import { PreferenceModule } from '../preference/preference.module.js';
import { EmailDeliveryHandlers } from './email-delivery.handlers.js';
import { EmailEntity } from './email.entity.js';
import { EmailHandlers } from './email.handlers.js';
import { EmailRepository } from './email.repository.js';
import { EmailTemplateEntity } from './email-template.entity.js';
import { EmailTemplateRepository } from './email-template.repository.js';
import { MailSender } from './mail-sender.js';
import { SendEmail } from './send-email.js';

@Aggregate({
  imports: [NotificationModule, PreferenceModule],
  entities: [EmailEntity, EmailTemplateEntity],
  handlers: [EmailHandlers, EmailDeliveryHandlers],
  providers: [EmailRepository, EmailTemplateRepository, MailSender, SendEmail],
  retention: [keep(EmailEntity, '90 days', { after: 'created_at' }), keepForEver(EmailTemplateEntity, 'one row per case')],
  calls: [auth.describeUser],
  outgoing: ['SMTP'],
})
export class EmailModule {}
