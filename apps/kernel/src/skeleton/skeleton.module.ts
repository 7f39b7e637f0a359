import { Aggregate, keep } from '@skep/platform';
import { SkeletonRepository } from './skeleton.repository.js';
import { SkeletonSectionEntity } from './skeleton-section.entity.js';

/** What is stored of skeletons. Calls are above it, because they make sections outdated, and what makes sections is above calls. */
@Aggregate({
  entities: [SkeletonSectionEntity],
  providers: [SkeletonRepository],
  exports: [SkeletonRepository],
  retention: [keep(SkeletonSectionEntity, '90 days', { after: 'updated_at' })],
})
export class SkeletonModule {}
