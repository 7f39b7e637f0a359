import { auth } from '@skep/contracts/auth';
import { Aggregate, keepForEver } from '@skep/platform';
import { SkillModule } from '../skills/skill.module.js';
import { WorkspaceModule } from '../workspace/workspace.module.js';
import { AccountChecks } from './account-checks.js';
import { InstallationChecks } from './installation-checks.js';
import { SecurityHandlers } from './security.handlers.js';
import { SecurityReportEntity } from './security-report.entity.js';

@Aggregate({
  entities: [SecurityReportEntity],
  imports: [SkillModule, WorkspaceModule],
  handlers: [SecurityHandlers],
  providers: [AccountChecks, InstallationChecks],
  calls: [auth.getJwks, auth.listApiKeys, auth.revokeApiKey],
  retention: [keepForEver(SecurityReportEntity, 'until the next one, or until their user is erased')],
})
export class SecurityModule {}
