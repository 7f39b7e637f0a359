import { auth } from '@skep/contracts/auth';
import { channels } from '@skep/contracts/channels';
import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { CallTokenModule } from '../call-token/call-token.module.js';
import { SkeletonModule } from '../skeleton/skeleton.module.js';
import { RefreshSection } from './refresh-section.js';
import { SkeletonHandlers } from './skeleton.handlers.js';
import { SkeletonRunHandlers } from './skeleton-run.handlers.js';
import { WatchSections } from './skeleton-runs.js';

/** Reads and makes sections of skeletons. */
@Aggregate({
  imports: [CallModule, CallTokenModule, SkeletonModule],
  handlers: [SkeletonHandlers, SkeletonRunHandlers],
  providers: [RefreshSection, WatchSections],
  calls: [auth.describeUser, channels.notify],
})
export class SkeletonRefreshModule {}
