import { Aggregate } from '@skep/platform';
import { MailQueue } from './mail-queue.js';
import { MailTransport } from './mail-transport.js';
import { MailEntity } from './mail.entity.js';

@Aggregate({
  entities: [MailEntity],
  outgoing: ['SMTP'],
  providers: [MailQueue, MailTransport],
  exports: [MailQueue],
})
export class MailModule {}
