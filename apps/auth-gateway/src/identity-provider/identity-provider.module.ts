import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { RoleModule } from '../role/role.module.js';
import { ScopeModule } from '../scope/scope.module.js';
import { IdentityProviderEntity } from './identity-provider.entity.js';
import { IdentityProviderHandlers } from './identity-provider.handlers.js';
import { IdentityProviderRepository } from './identity-provider.repository.js';
import { OpenIdClient } from './openid-client.js';

@Aggregate({
  imports: [AuditModule, OutboundModule, RoleModule, ScopeModule],
  entities: [IdentityProviderEntity],
  handlers: [IdentityProviderHandlers],
  providers: [IdentityProviderRepository, OpenIdClient],
  exports: [IdentityProviderRepository, OpenIdClient],
})
export class IdentityProviderModule {}
