import { InvalidInput } from '@skep/contracts';
import { type ClawHubVersion, type InstalledSkill, type InstallSkill as Input, SkillForced } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ClawHub } from './clawhub.js';
import { assertHarmless, openSkill, type OpenedSkill } from './open-skill.js';
import { SkillRepository } from './skill.repository.js';

/** Installs skills of ClawHub. What was scanned is kept as it is: nothing is downloaded or unpacked a second time. */
@Injectable()
export class InstallSkill {
  constructor(
    private readonly hub: ClawHub,
    private readonly skills: SkillRepository,
  ) {}

  /** @throws Problem `skill_forced`, `skill_blocked`, and those of `download` */
  async run(ctx: Ctx, { slug, version, force }: Input): Promise<InstalledSkill> {
    if (force) throw SkillForced();
    const skill = await this.download({ slug, ...(version && { version }) });
    const { name } = skill.document;
    const { safe, risk_score, threats } = assertHarmless(skill);
    const fault = await this.skills.install(ctx, skill, { slug, plugin: null, is_hidden: false });
    if (fault) throw InvalidInput([{ loc: ['slug'], msg: fault, type: 'value_error' }]);
    return {
      ...{ status: 'ok', message: `The skill ${name} is installed.`, name, converted: false, repaired: false, repair_result: null },
      security: { safe, risk_score, threat_count: threats.length, forced: false },
    };
  }

  /** @throws Problem `skill_blocked` for an archive that cannot be read, `skill_not_found`, `clawhub_unavailable` */
  async download({ slug, version }: ClawHubVersion): Promise<OpenedSkill> {
    return openSkill(await this.hub.download(slug, version));
  }
}
