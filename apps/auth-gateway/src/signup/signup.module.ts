import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { MailModule } from '../mail/mail.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SessionModule } from '../session/session.module.js';
import { Register } from './register.js';
import { ResendVerification } from './resend-verification.js';
import { SignUp } from './sign-up.js';
import { SignupHandlers } from './signup.handlers.js';
import { VerifyEmail } from './verify-email.js';

@Aggregate({
  imports: [AccountModule, AttemptModule, MailModule, SecretsModule, SessionModule],
  handlers: [SignupHandlers],
  providers: [Register, ResendVerification, SignUp, VerifyEmail],
  exports: [Register],
})
export class SignupModule {}
