import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { scanSkill } from './scan-skill.js';
import { readArchive } from './skill-archive.js';
import { SkillRepository } from './skill.repository.js';

/** Scans of skills that are installed: a newer release may know more threats than the one that installed them. */
@Injectable()
export class SkillScans {
  constructor(private readonly skills: SkillRepository) {}

  /** The enabled skills with high or critical threats. */
  async findRisky(ctx: Ctx): Promise<{ name: string; isBlocked: boolean }[]> {
    const enabled = (await this.skills.list(ctx)).filter(({ skill }) => skill.enabled && skill.source !== 'bundled');
    const scans = enabled.map(async ({ skill: { name } }) => {
      const archive = await this.skills.findArchive(ctx, name);
      const report = archive && scanSkill(await readArchive(archive));
      return report && !report.safe ? [{ name, isBlocked: report.blocked }] : [];
    });
    return (await Promise.all(scans)).flat();
  }

  disable(ctx: Ctx, name: string): Promise<void> {
    return this.skills.switch(ctx, name, false);
  }
}
