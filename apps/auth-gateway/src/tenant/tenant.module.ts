import { Aggregate } from '@skep/platform';
import { TenantEntity } from './tenant.entity.js';
import { TenantRepository } from './tenant.repository.js';

@Aggregate({
  entities: [TenantEntity],
  providers: [TenantRepository],
  exports: [TenantRepository],
})
export class TenantModule {}
