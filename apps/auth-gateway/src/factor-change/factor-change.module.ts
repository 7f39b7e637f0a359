import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengeModule } from '../challenge/challenge.module.js';
import { DeviceModule } from '../device/device.module.js';
import { FactorModule } from '../factor/factor.module.js';
import { MailModule } from '../mail/mail.module.js';
import { PasskeyModule } from '../passkey/passkey.module.js';
import { SessionModule } from '../session/session.module.js';
import { AddPasskey } from './add-passkey.js';
import { ConfirmTotp } from './confirm-totp.js';
import { FactorChangeHandlers } from './factor-change.handlers.js';
import { FinishFactorChange } from './finish-factor-change.js';

@Aggregate({
  imports: [
    AccountModule,
    AttemptModule,
    AuditModule,
    ChallengeModule,
    DeviceModule,
    FactorModule,
    MailModule,
    PasskeyModule,
    SessionModule,
  ],
  handlers: [FactorChangeHandlers],
  providers: [AddPasskey, ConfirmTotp, FinishFactorChange],
})
export class FactorChangeModule {}
