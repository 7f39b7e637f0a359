import {
  agent,
  type ListSubagents,
  type SpawnSubagent,
  type SubagentList,
  type SubagentRef,
  type SubagentResult,
} from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Subagents } from './subagents.js';

@Handlers()
export class SubagentHandlers {
  constructor(private readonly subagents: Subagents) {}

  @Handle(agent.spawnSubagent)
  spawnSubagent(ctx: Ctx, input: SpawnSubagent) {
    return this.subagents.spawn(ctx, input);
  }

  @Handle(agent.listSubagents)
  async listSubagents(ctx: Ctx, input: ListSubagents): Promise<SubagentList> {
    const sessions = await this.subagents.list(ctx, input);
    return { sessions, count: sessions.length };
  }

  @Handle(agent.getSubagent)
  getSubagent(ctx: Ctx, { session_id }: SubagentRef) {
    return this.subagents.find(ctx, session_id);
  }

  @Handle(agent.cancelSubagent)
  async cancelSubagent(ctx: Ctx, { session_id }: SubagentRef) {
    const { status } = await this.subagents.cancel(ctx, session_id);
    return { status };
  }

  @Handle(agent.getSubagentResult)
  async getSubagentResult(ctx: Ctx, { session_id }: SubagentRef): Promise<SubagentResult> {
    const { status, result, error } = await this.subagents.wait(ctx, session_id);
    return { session_id, status, result, error };
  }
}
