import { auth } from '@skep/contracts/auth';
import { channels } from '@skep/contracts/channels';
import { connections } from '@skep/contracts/connections';
import { Aggregate, keepForEver } from '@skep/platform';
import { APP_GUARD } from '@nestjs/core';
import { AccountDeletionHandlers } from './account-deletion.handlers.js';
import { DeletionEntity } from './deletion.entity.js';
import { DeletionRepository } from './deletion.repository.js';
import { DeletionRun } from './deletion-run.js';
import { DeletionSteps } from './deletion-steps.js';
import { RefuseChanges } from './refuse-changes.js';

@Aggregate({
  entities: [DeletionEntity],
  handlers: [AccountDeletionHandlers, DeletionRun],
  providers: [DeletionRepository, DeletionSteps, { provide: APP_GUARD, useClass: RefuseChanges }],
  retention: [keepForEver(DeletionEntity, 'as proof; once a deletion has ended it names no one')],
  calls: [
    ...[auth.deleteFirebase, auth.deleteUser, auth.endSignIns, auth.forgetAttestedDevices, auth.revokeApple],
    channels.forgetPerson,
    connections.revokeHealthAccounts,
  ],
})
export class AccountDeletionModule {}
