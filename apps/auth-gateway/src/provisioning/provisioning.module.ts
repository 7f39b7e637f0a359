import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { IdentityProviderModule } from '../identity-provider/identity-provider.module.js';
import { RoleModule } from '../role/role.module.js';
import { ScopeModule } from '../scope/scope.module.js';
import { UserModule } from '../user/user.module.js';
import { ProvisionGroup } from './provision-group.js';
import { ProvisionUser } from './provision-user.js';
import { ProvisionedGroupEntity, ProvisionedMemberEntity } from './provisioned-group.entity.js';
import { ProvisionedGroupRepository } from './provisioned-group.repository.js';
import { ProvisionedUserEntity } from './provisioned-user.entity.js';
import { ProvisionedUserRepository } from './provisioned-user.repository.js';
import { ProvisioningHandlers } from './provisioning.handlers.js';

@Aggregate({
  imports: [AccountModule, IdentityProviderModule, RoleModule, ScopeModule, UserModule],
  entities: [ProvisionedGroupEntity, ProvisionedMemberEntity, ProvisionedUserEntity],
  handlers: [ProvisioningHandlers],
  providers: [ProvisionGroup, ProvisionUser, ProvisionedGroupRepository, ProvisionedUserRepository],
  exports: [ProvisionedGroupRepository],
})
export class ProvisioningModule {}
