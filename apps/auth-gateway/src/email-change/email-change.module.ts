import { Aggregate, keep } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { FactorModule } from '../factor/factor.module.js';
import { MailModule } from '../mail/mail.module.js';
import { PasswordResetModule } from '../password-reset/password-reset.module.js';
import { ChangeEmail } from './change-email.js';
import { ConfirmEmail } from './confirm-email.js';
import { EmailChangeEntity } from './email-change.entity.js';
import { EmailChangeHandlers } from './email-change.handlers.js';
import { EmailChangeRepository } from './email-change.repository.js';

@Aggregate({
  imports: [AccountModule, AttemptModule, AuditModule, FactorModule, MailModule, PasswordResetModule],
  entities: [EmailChangeEntity],
  handlers: [EmailChangeHandlers],
  retention: [keep(EmailChangeEntity, '0 days', { after: 'expires_at' })],
  providers: [ChangeEmail, ConfirmEmail, EmailChangeRepository],
  exports: [EmailChangeRepository],
})
export class EmailChangeModule {}
