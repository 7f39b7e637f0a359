import type { Ctx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { done, failed, textArguments, type Tool, type ToolSource } from '../tool/tool.js';
import { Toolbox } from '../tool/toolbox.js';
import { SkillsPrompt } from './skills-prompt.js';

/** The instructions of the person's skills. */
@Injectable()
export class SkillTools implements ToolSource, OnModuleInit {
  constructor(
    private readonly toolbox: Toolbox,
    private readonly skills: SkillsPrompt,
  ) {}

  onModuleInit(): void {
    this.toolbox.add(this);
  }

  async list(ctx: Ctx): Promise<Tool[]> {
    if (!(await this.skills.text(ctx))) return [];
    return [
      {
        name: 'skill_read',
        description: 'Reads the instructions of a skill.',
        parameters: textArguments({ name: 'Name of the skill.' }),
        ...{ hasEffect: false, isOutside: false },
        use: async ({ ctx }, { name }) => {
          const body = await this.skills.read(ctx, String(name));
          return body === undefined ? failed('There is no such skill.') : done(body);
        },
      },
    ];
  }
}
