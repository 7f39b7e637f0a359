import { Aggregate, keepForEver } from '@skep/platform';
import { ToolModule } from '../tool/tool.module.js';
import { ClawHub } from './clawhub.js';
import { InstallSkill } from './install-skill.js';
import { SkillEntity, SkillSwitchEntity } from './skill.entity.js';
import { SkillHandlers } from './skill.handlers.js';
import { SkillScans } from './skill-scans.js';
import { SkillRepository } from './skill.repository.js';
import { SkillTools } from './skill-tools.js';
import { SkillsPrompt } from './skills-prompt.js';

@Aggregate({
  imports: [ToolModule],
  entities: [SkillEntity, SkillSwitchEntity],
  handlers: [SkillHandlers],
  providers: [ClawHub, InstallSkill, SkillRepository, SkillScans, SkillsPrompt, SkillTools],
  exports: [SkillRepository, SkillScans, SkillsPrompt],
  outgoing: ['skills of ClawHub'],
  retention: [
    keepForEver(SkillEntity, 'until uninstalled, or until their user is erased'),
    keepForEver(SkillSwitchEntity, 'until changed, or until their user is erased'),
  ],
})
export class SkillModule {}
