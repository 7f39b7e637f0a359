import { Aggregate } from '@skep/platform';
import { MailQueue } from './mail-queue.js';
import { MailSender } from './mail-sender.js';
import { MailEntity } from './mail.entity.js';

@Aggregate({
  entities: [MailEntity],
  outgoing: ['SMTP'],
  providers: [MailQueue, MailSender],
  exports: [MailQueue],
})
export class MailModule {}
