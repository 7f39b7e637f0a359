import { Aggregate, keep } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AttemptModule } from '../attempt/attempt.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengeModule } from '../challenge/challenge.module.js';
import { MailModule } from '../mail/mail.module.js';
import { PasskeyModule } from '../passkey/passkey.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { AnswerChallenge } from './answer-challenge.js';
import { CheckFactor } from './check-factor.js';
import { FactorHandlers } from './factor.handlers.js';
import { FactorRepository } from './factor.repository.js';
import { Reauthentication } from './reauthentication.js';
import { RecoveryCodeEntity } from './recovery-code.entity.js';
import { RequireFactor } from './require-factor.js';
import { TotpEntity } from './totp.entity.js';

@Aggregate({
  imports: [AccountModule, AttemptModule, AuditModule, ChallengeModule, MailModule, PasskeyModule, SecretsModule],
  entities: [TotpEntity, RecoveryCodeEntity],
  handlers: [FactorHandlers],
  retention: [keep(TotpEntity, '1 day', { after: 'created_at', where: 'confirmed_at is null' })],
  providers: [AnswerChallenge, CheckFactor, FactorRepository, Reauthentication, RequireFactor],
  exports: [AnswerChallenge, CheckFactor, FactorRepository, Reauthentication, RequireFactor],
})
export class FactorModule {}
