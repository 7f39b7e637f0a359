import { Aggregate, keepForEver } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { SessionModule } from '../session/session.module.js';
import { ErasedFirebaseIdentityEntity } from './erased-firebase-identity.entity.js';
import { FirebaseIdentityEntity } from './firebase-identity.entity.js';
import { FirebaseIdentityRepository } from './firebase-identity.repository.js';
import { FirebaseKeys } from './firebase-keys.js';
import { FirebaseTokens } from './firebase-tokens.js';
import { FirebaseHandlers } from './firebase.handlers.js';
import { IdentifyFirebase } from './identify-firebase.js';
import { IdentityToolkit } from './identity-toolkit.js';

@Aggregate({
  imports: [AccountModule, AuditModule, OutboundModule, SessionModule],
  entities: [ErasedFirebaseIdentityEntity, FirebaseIdentityEntity],
  appendOnly: [ErasedFirebaseIdentityEntity],
  handlers: [FirebaseHandlers],
  retention: [keepForEver(ErasedFirebaseIdentityEntity, 'because an erased person never signs in again')],
  providers: [FirebaseIdentityRepository, FirebaseKeys, FirebaseTokens, IdentifyFirebase, IdentityToolkit],
  outgoing: ['Firebase'],
})
export class FirebaseModule {}
