import { Aggregate, keepForEver } from '@skep/platform';
import { JobEntity } from './job.entity.js';
import { JobRepository } from './job.repository.js';

@Aggregate({
  entities: [JobEntity],
  providers: [JobRepository],
  exports: [JobRepository],
  retention: [keepForEver(JobEntity, 'until deleted, or until their user is erased')],
})
export class JobModule {}
