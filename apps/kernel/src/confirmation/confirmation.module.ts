import { Aggregate, keep } from '@skep/platform';
import { FeedModule } from '../feed/feed.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { ConfirmationEntity } from './confirmation.entity.js';
import { CONFIRMATION_TRACES } from './confirmation-traces.js';
import { ConfirmationHandlers } from './confirmation.handlers.js';
import { ConfirmationRepository } from './confirmation.repository.js';
import { ConfirmationView } from './confirmation-view.js';
import { Confirmations } from './confirmations.js';

@Aggregate({
  imports: [FeedModule, SettingsModule],
  entities: [ConfirmationEntity],
  traces: [CONFIRMATION_TRACES],
  handlers: [ConfirmationHandlers],
  providers: [ConfirmationRepository, ConfirmationView, Confirmations],
  retention: [keep(ConfirmationEntity, '30 days', { after: 'expires_at' })],
  exports: [ConfirmationRepository, ConfirmationView, Confirmations],
})
export class ConfirmationModule {}
