import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EmailChangeModule } from '../email-change/email-change.module.js';
import { FactorModule } from '../factor/factor.module.js';
import { MailModule } from '../mail/mail.module.js';
import { PasswordResetModule } from '../password-reset/password-reset.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SessionModule } from '../session/session.module.js';
import { ChangePassword } from './change-password.js';
import { ForgotPassword } from './forgot-password.js';
import { PasswordHandlers } from './password.handlers.js';
import { ResetPassword } from './reset-password.js';

@Aggregate({
  imports: [
    AccountModule,
    AttemptModule,
    AuditModule,
    EmailChangeModule,
    FactorModule,
    MailModule,
    PasswordResetModule,
    SecretsModule,
    SessionModule,
  ],
  handlers: [PasswordHandlers],
  providers: [ChangePassword, ForgotPassword, ResetPassword],
})
export class PasswordModule {}
