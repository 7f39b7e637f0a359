import { Problem } from '@skep/contracts';
import { idOfKey } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { done, failed, textArguments, type Tool, type ToolSource } from '../tool/tool.js';
import { Toolbox } from '../tool/toolbox.js';
import { Subagents } from './subagents.js';

const WAIT_MS = 120_000;

/** An agent gives tasks to subagents, and reads their results. */
@Injectable()
export class SubagentTools implements ToolSource, OnModuleInit {
  constructor(
    private readonly toolbox: Toolbox,
    private readonly subagents: Subagents,
    private readonly conversations: ConversationRepository,
  ) {}

  onModuleInit(): void {
    this.toolbox.add(this);
  }

  list(): Promise<Tool[]> {
    // A subagent costs what its tools and models cost, which ask by themselves.
    const own = { hasEffect: false, isOutside: false };
    return Promise.resolve([
      {
        name: 'subagent_spawn',
        description: 'Gives a task to a subagent, which works in the background. Returns its id.',
        parameters: textArguments({ task: 'What it is to do, with all that it needs to know.' }),
        ...own,
        use: async ({ ctx, conversation_id, step, isTainted, isUnattended }, { task }) => {
          const { metadata } = await this.conversations.find(ctx, conversation_id);
          if (metadata['subagent_id'] !== undefined) return failed('A subagent cannot spawn subagents.');
          const input = { task: String(task).slice(0, 10_000), parent_conversation_id: conversation_id, metadata: {} };
          const { id, status } = await this.subagents.spawn(ctx, input, idOfKey(step.key), {
            // What its parent has read may be in the task.
            is_outside: isTainted,
            isUnattended,
          });
          return done(JSON.stringify({ session_id: id, status }));
        },
      },
      {
        name: 'subagent_result',
        description: 'Waits for the result of a subagent.',
        parameters: textArguments({ session_id: 'Id of the subagent.' }),
        // It may have read content from outside.
        ...{ ...own, isOutside: true },
        use: async ({ ctx }, { session_id }) => {
          try {
            const { status, result, error } = await this.subagents.wait({ ...ctx, deadline: Date.now() + WAIT_MS }, String(session_id));
            return done(JSON.stringify({ status, result, error }));
          } catch (error) {
            if (error instanceof Problem) return failed(error.message);
            throw error;
          }
        },
      },
    ]);
  }
}
