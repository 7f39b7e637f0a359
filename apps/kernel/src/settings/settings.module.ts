import { auth } from '@skep/contracts/auth';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { RolePolicies } from './role-policies.js';
import { SettingsHandlers } from './settings.handlers.js';
import { TenantDefaults } from './tenant-defaults.js';
import { UserSettingsEntity } from './user-settings.entity.js';
import { UserSettingsRepository } from './user-settings.repository.js';

@Aggregate({
  entities: [UserSettingsEntity],
  handlers: [SettingsHandlers],
  providers: [UserSettingsRepository, RolePolicies, TenantDefaults],
  exports: [UserSettingsRepository],
  calls: [auth.describeUser, auth.getRolePolicy, registry.getConfig],
  listens: [registry.configChanged],
})
export class SettingsModule {}
