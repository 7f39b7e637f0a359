import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BUNDLED_SKILLS } from './bundled-skills.js';
import { SkillRepository } from './skill.repository.js';

/** Characters of all instructions together. */
const BODIES_MAX = 60_000;

/** The part of the prompt about the skills of the person. */
@Injectable()
export class SkillsPrompt {
  constructor(private readonly skills: SkillRepository) {}

  /** The names of all enabled skills and what they are for, and the instructions of those that want to be read always. '' if there are none. */
  async text(ctx: Ctx): Promise<string> {
    const enabled = (await this.skills.list(ctx)).filter(({ skill }) => skill.enabled && skill.source !== 'bundled');
    if (!enabled.length) return '';
    const lines = enabled.map(({ skill: { name, description } }) => `- ${name}: ${description}`);
    let left = BODIES_MAX;
    const bodies = enabled.flatMap(({ skill: { name }, document: { isInjected, body } }) => {
      if (!isInjected || body.length > left) return [];
      left -= body.length;
      return [`## Skill ${name}\n\n${body.trim()}`];
    });
    return [`# Skills\n\nInstructions that you can follow when they fit; read one with skill_read.\n\n${lines.join('\n')}`, ...bodies].join(
      '\n\n',
    );
  }

  /** The instructions of an enabled skill, for an agent that wants to follow it. Undefined if the person has none of this name. */
  async read(ctx: Ctx, name: string): Promise<string | undefined> {
    const found = (await this.skills.list(ctx)).find(({ skill }) => skill.name === name && skill.enabled);
    return found?.document.body;
  }

  /** The names of bundled tools that the person switched off. */
  async disabledTools(ctx: Ctx): Promise<ReadonlySet<string>> {
    const disabled = (await this.skills.list(ctx)).filter(({ skill }) => !skill.enabled).map(({ skill }) => skill.name);
    return new Set(BUNDLED_SKILLS.filter(({ name }) => disabled.includes(name)).flatMap(({ tools }) => tools.map((tool) => tool.name)));
  }
}
