import { Aggregate, keep } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { InstallationModule } from '../installation/installation.module.js';
import { MessageModule } from '../message/message.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { SessionModule } from '../session/session.module.js';
import { CoachChats } from './coach-chats.js';
import { LinkCodeEntity } from './link-code.entity.js';
import { LinkCodeRepository } from './link-code.repository.js';
import { LinkTries } from './link-tries.js';
import { LinkTryEntity } from './link-try.entity.js';
import { LinkEntity } from './link.entity.js';
import { LinkHandlers } from './link.handlers.js';
import { LinkRepository } from './link.repository.js';
import { Linking } from './linking.js';

@Aggregate({
  imports: [BridgeModule, InstallationModule, MessageModule, NotificationModule, SessionModule],
  entities: [LinkEntity, LinkCodeEntity, LinkTryEntity],
  handlers: [LinkHandlers],
  providers: [CoachChats, LinkCodeRepository, Linking, LinkRepository, LinkTries],
  exports: [CoachChats, LinkCodeRepository, Linking, LinkRepository, LinkTries],
  retention: [
    // Networks give numbers to others: who was silent so long has to link theirs again.
    keep(LinkEntity, '180 days', { after: 'last_seen_at' }),
    keep(LinkCodeEntity, '1 day', { after: 'expires_at' }),
    keep(LinkTryEntity, '1 day', { after: 'since' }),
  ],
})
export class LinkModule {}
