import { DeadlineExceeded } from '@skep/contracts';
import { agent, type TurnState } from '@skep/contracts/agent';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const ANSWER_MS = 600_000;

/** A message to an agent, and its conversation. `tainted`: someone outside wrote a part of it. */
export interface AgentTask {
  conversation_id: string;
  message: string;
  tainted: boolean;
  /** Tools that it uses without asking. */
  approved_tools: string[];
}

/** Has agents of people answer who are not there. */
@Injectable()
export class RunAgent {
  constructor(private readonly bus: Bus) {}

  /**
   * Tells an agent something, once under a key, and waits for its answer.
   * @throws Problem as `agent.sayUnattended` does, DeadlineExceeded if it is still at work after ten minutes
   */
  async run(ctx: Ctx, key: string, { message: content, tainted: is_outside, ...task }: AgentTask): Promise<TurnState> {
    const { run_id } = await this.bus.call(agent.sayUnattended, ctx, { key, content, is_outside, is_for_guest: false, ...task });
    const state = await this.bus.call(agent.waitForTurn, { ...ctx, deadline: Date.now() + ANSWER_MS }, { run_id });
    if (state.status === 'running') throw DeadlineExceeded();
    return state;
  }

  /** Begins a conversation, once under the key of the context. */
  async begin(ctx: Ctx, title: string): Promise<string> {
    return (await this.bus.call(agent.createConversation, ctx, { title: title.slice(0, 255) })).id;
  }
}
