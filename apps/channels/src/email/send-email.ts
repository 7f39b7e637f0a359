import type { EmailMessage } from '@skep/platform/mail';
import { MailRejected } from '@skep/platform/mail';
import { Injectable } from '@nestjs/common';
import type { EmailEntity } from './email.entity.js';
import { EmailRepository, type NewEmail } from './email.repository.js';
import { MailSender } from './mail-sender.js';

const ERROR_MAX = 500;

/** Sends an e-mail, and records how that went. */
@Injectable()
export class SendEmail {
  constructor(
    private readonly sender: MailSender,
    private readonly emails: EmailRepository,
  ) {}

  /** `id` is part of its Message-ID, so it must be the same in each attempt. @throws Error if it may be tried again */
  async run(about: Omit<NewEmail, 'status' | 'error' | 'subject' | 'to_email'>, message: EmailMessage): Promise<EmailEntity> {
    const email = { ...about, to_email: message.to, subject: message.subject };
    try {
      await this.sender.send({ ...message, id: about.id });
    } catch (cause) {
      const error = (cause instanceof Error ? cause.message : String(cause)).slice(0, ERROR_MAX);
      const failed = await this.emails.record({ ...email, status: 'failed', error });
      if (cause instanceof MailRejected) return failed;
      throw cause;
    }
    return this.emails.record({ ...email, status: 'sent', error: null });
  }
}
