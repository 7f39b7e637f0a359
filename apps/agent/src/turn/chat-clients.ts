import type { ApprovalRequired } from '@skep/contracts/agent';
import type { Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Show } from '../socket/show.js';
import { briefArguments } from '../tool/toolbox.js';
import { approvalOf } from './approval.js';
import type { Decision, TurnClient } from './turn-client.js';

const ROUNDS = 10;
const APPROVAL_MS = 3_600_000;

/** The chats that turns have with their persons. */
@Injectable()
export class ChatClients {
  constructor(private readonly show: Show) {}

  async open(run: Run, conversation_id: string): Promise<TurnClient> {
    const shown = await this.show.of(run.ctx, conversation_id);
    return {
      ...{ shown, tools: [], briefing: '', rounds: ROUNDS },
      decide: async ({ at, call: { id, name, arguments: json } }) => {
        await run.step(`ask ${at}`, (step) => {
          shown.emit(step, 'approval_required', { tool_call_id: id, name, args: briefArguments(json) } satisfies ApprovalRequired);
        });
        return run.answer<Decision>(approvalOf(id), { withinMs: APPROVAL_MS });
      },
      run: ({ call }) => Promise.reject(new Error(`a chat has no tool ${call.name}`)),
      hear: () => Promise.resolve([]),
      hearLast: () => Promise.resolve([]),
    };
  }
}
