import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { FactorModule } from '../factor/factor.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SessionModule } from '../session/session.module.js';
import { LogIn } from './log-in.js';
import { LoginHandlers } from './login.handlers.js';

@Aggregate({
  imports: [AccountModule, AttemptModule, FactorModule, SecretsModule, SessionModule],
  handlers: [LoginHandlers],
  providers: [LogIn],
  exports: [LogIn],
})
export class LoginModule {}
