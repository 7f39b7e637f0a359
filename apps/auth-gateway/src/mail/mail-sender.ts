import { MailTransport } from '@skep/platform/mail';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** Sends e-mails with the settings of this service. */
@Injectable()
export class MailSender extends MailTransport {
  constructor(config: AuthGatewayConfig) {
    super(config);
  }
}
