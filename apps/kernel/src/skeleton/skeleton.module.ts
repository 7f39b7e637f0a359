import { Aggregate, keep } from '@skep/platform';
import { CallTokenModule } from '../call-token/call-token.module.js';
import { SkeletonHandlers } from './skeleton.handlers.js';
import { SkeletonRepository } from './skeleton.repository.js';
import { SkeletonSectionEntity } from './skeleton-section.entity.js';

@Aggregate({
  entities: [SkeletonSectionEntity],
  handlers: [SkeletonHandlers],
  providers: [SkeletonRepository],
  retention: [keep(SkeletonSectionEntity, '90 days', { after: 'updated_at' })],
  imports: [CallTokenModule],
})
export class SkeletonModule {}
