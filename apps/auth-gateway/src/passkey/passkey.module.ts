import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { ChallengeModule } from '../challenge/challenge.module.js';
import { SessionModule } from '../session/session.module.js';
import { CheckPasskey } from './check-passkey.js';
import { PasskeyEntity } from './passkey.entity.js';
import { PasskeyHandlers } from './passkey.handlers.js';
import { PasskeyRepository } from './passkey.repository.js';
import { RelyingParty } from './relying-party.js';

@Aggregate({
  imports: [AccountModule, ChallengeModule, SessionModule],
  entities: [PasskeyEntity],
  handlers: [PasskeyHandlers],
  providers: [CheckPasskey, PasskeyRepository, RelyingParty],
  exports: [CheckPasskey, PasskeyRepository, RelyingParty],
})
export class PasskeyModule {}
