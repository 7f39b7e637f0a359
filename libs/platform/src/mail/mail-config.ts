import { Optional, Text } from '@skep/contracts';
import type { SettingFault } from '../config.js';
import { SealingConfig } from '../sealing/sealing-config.js';

/** The settings of a service that sends e-mails. */
export class MailConfig extends SealingConfig {
  @Text({ min: 1, description: 'Folder in which e-mails are written without SMTP_URL.' }) SKEP_DATA: string = '.data';
  @Optional()
  @Text({
    pattern: /^smtps?:\/\//,
    example: 'smtp://user:password@mail.example.com:587',
    description: 'Mail server; required in production. Without it e-mails are files in SKEP_DATA/mail.',
  })
  SMTP_URL?: string;
  @Text({ min: 3, max: 320, description: 'Sender of e-mails.' }) SKEP_MAIL_FROM: string = 'Skep <no-reply@skep.local>';

  override notConfigured(): Record<string, readonly string[]> {
    return this.SMTP_URL ? {} : { 'e-mail': ['SMTP_URL'] };
  }

  override faults(): SettingFault[] {
    if (this.NODE_ENV !== 'production' || this.SMTP_URL) return [];
    return [{ setting: 'SMTP_URL', fault: 'is required in production: without it e-mails are only written to a folder' }];
  }
}
