import { agent, type TurnToolCall, type TurnToolResult } from '@skep/contracts/agent';
import type { ModelToolCall } from '@skep/contracts/models';
import { type Ctx, Outbox, type Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Tool, ToolOutput } from '../tool/tool.js';
import { briefArguments, Toolbox } from '../tool/toolbox.js';
import type { PlacedCall, TurnClient, UsedTool } from './turn-client.js';
import type { TurnInput } from './turn-kind.js';

const PREVIEW = 500;

/** What decides whether the next call of a tool may run. */
export interface ToolState {
  client: TurnClient;
  used: UsedTool[];
  /** The turn has read content from outside. */
  isTainted: boolean;
  /** Some of it does not come from the person's own terminal. */
  isTaintedByOthers: boolean;
  approved: Set<string>;
  /** The tool that would have needed an approval, if no user watches. */
  needs_approval?: string;
}

/** A call, and who makes it. */
export interface ToolCalling {
  ctx: Ctx;
  input: TurnInput;
  state: ToolState;
  at: string;
  call: ModelToolCall;
  tool: Tool | undefined;
}

export type ToolResult = ToolOutput & { isOutside: boolean; ms?: number };

/** Uses the tools that a model asks for, with the approval of the person where it is needed. */
@Injectable()
export class UseTools {
  constructor(
    private readonly toolbox: Toolbox,
    private readonly outbox: Outbox,
  ) {}

  /** Sets `needs_approval` and uses nothing if no user is there to approve. */
  async run(run: Run, calling: ToolCalling): Promise<ToolResult> {
    const { input, state, call, tool } = calling;
    // Reading their own files at the terminal is no reason to ask a person about changing them there.
    const isTainted = tool?.runsAtClient ? state.isTaintedByOthers : state.isTainted;
    const needsApproval = isTainted && tool?.hasEffect && !state.approved.has(call.name);
    if (needsApproval && input.isUnattended) {
      state.needs_approval = call.name;
      return { success: false, output: REFUSED, isOutside: false };
    }
    const refused = needsApproval ? await this.refusalOf(calling) : undefined;
    const result = tool?.runsAtClient ? await this.runAtClient(calling, refused) : await this.useTool(run, calling, refused);
    if (tool && !refused) await this.publish(run, calling, result.success);
    state.used.push({ ...{ name: call.name, success: result.success }, ...(!tool?.runsAtClient && detailsOf(call, result)) });
    state.isTainted ||= result.isOutside;
    state.isTaintedByOthers ||= result.isOutside && !tool?.runsAtClient;
    return result;
  }

  private publish(run: Run, { ctx, input, at, call }: ToolCalling, success: boolean): Promise<void> {
    const { tenant: tenant_id, user: user_id } = ctx;
    const executed = { tenant_id, user_id, conversation_id: input.conversation_id, tool: call.name, success };
    return run.commit(`publish ${at}`, () => this.outbox.add(agent.toolExecuted, ctx, executed));
  }

  /** Asks the person. @returns what the model learns if they do not approve */
  private async refusalOf({ state, at, call }: ToolCalling): Promise<ToolOutput | undefined> {
    const decision = await state.client.decide({ at, call } satisfies PlacedCall);
    if (decision?.approved && decision.remember) state.approved.add(call.name);
    if (decision?.approved) return undefined;
    const said = decision?.reason ? ` They said: ${decision.reason}` : '';
    return { success: false, output: `${REFUSED}${said}` };
  }

  private async runAtClient({ state, at, call }: ToolCalling, refused: ToolOutput | undefined): Promise<ToolResult> {
    if (refused) return { ...refused, isOutside: false };
    return { ...(await state.client.run({ at, call })), isOutside: true };
  }

  private useTool(run: Run, { ctx, input, state, at, call, tool }: ToolCalling, refused: ToolOutput | undefined): Promise<ToolResult> {
    const { shown } = state.client;
    return run.step(`tool ${at}`, async (step) => {
      const used = { tool_call_id: call.id, name: call.name };
      const args = briefArguments(call.arguments);
      shown.emit(step, 'tool_call', { ...used, arguments: call.arguments.slice(0, PREVIEW), args } satisfies TurnToolCall);
      const start = performance.now();
      const { conversation_id, agent_id } = input;
      const use = { ctx, conversation_id, agent_id, isTainted: state.isTainted, isUnattended: !!input.isUnattended, step };
      const output = refused ?? (await this.toolbox.use(tool, call.name, use, call.arguments));
      const ms = Math.round(performance.now() - start);
      shown.emit(step, 'tool_result', toEvent(used, output, ms));
      // Part of the step: another attempt may not find the tool any more.
      return { ...output, isOutside: (tool?.isOutside || output.isOutside) ?? false, ms };
    });
  }
}

const REFUSED = 'The person did not approve this call. Do not try it again.';

/** What people see of it afterwards. */
const detailsOf = (call: ModelToolCall, { output, ms }: ToolResult) => ({
  arguments: call.arguments.slice(0, PREVIEW),
  output: output.slice(0, PREVIEW),
  ...(ms !== undefined && { execution_time_ms: ms }),
});

function toEvent(used: { tool_call_id: string; name: string }, { success, output }: ToolOutput, ms: number): TurnToolResult {
  const output_preview = success ? output.slice(0, PREVIEW) : '';
  const error = success ? null : output.slice(0, PREVIEW);
  return { ...used, success, output_preview, result: output.slice(0, PREVIEW), error, execution_time_ms: ms };
}
