import type { TurnChunk } from '@skep/contracts/agent';
import type { CompletionRequest, ModelMessage, ModelToolCall } from '@skep/contracts/models';
import { type Ctx, Database, Handlers, OnRun, Run } from '@skep/platform';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { Terminals } from '../coding-session/terminals.js';
import { Toolbox } from '../tool/toolbox.js';
import type { Tool } from '../tool/tool.js';
import { ToolShelf } from '../tool/tool-shelf.js';
import { SkillsPrompt } from '../skills/skills-prompt.js';
import { AskModel, type Reply, SEPARATOR } from './ask-model.js';
import { ChatClients } from './chat-clients.js';
import { Compaction } from './compaction.js';
import { Contexts, type TurnContext } from './context.js';
import { outside } from './outside.js';
import { prune } from './prune.js';
import { messageIdOf, TURN, type TurnInput, type TurnResult } from './turn-kind.js';
import type { TurnClient } from './turn-client.js';
import { type ToolState, UseTools } from './use-tools.js';

const ANSWER_TOKENS = 4_096;

/** What a turn has said and done so far. */
interface Progress extends ToolState {
  parts: string[];
  reply?: Reply;
  /** What the replies so far used. */
  tokens: number;
  credits: number;
}

/** Answers a person: asks the model, uses the tools that it asks for, and asks again. Each of these is a step of a run. */
@Handlers()
export class TurnHandlers {
  constructor(
    private readonly db: Database,
    private readonly contexts: Contexts,
    private readonly compaction: Compaction,
    private readonly conversations: ConversationRepository,
    private readonly toolbox: Toolbox,
    private readonly model: AskModel,
    private readonly tools: UseTools,
    private readonly chats: ChatClients,
    private readonly terminals: Terminals,
    private readonly skills: SkillsPrompt,
  ) {}

  @OnRun(TURN)
  async turn(run: Run, input: TurnInput): Promise<TurnResult> {
    const { coding, conversation_id } = input;
    const client = coding ? this.terminals.open(run, coding) : await this.chats.open(run, conversation_id);
    const progress: Progress = {
      ...{ client, parts: [], used: [], tokens: 0, credits: 0 },
      ...{ isTainted: false, isTaintedByOthers: false, approved: new Set() },
    };
    try {
      return await this.answer(run, input, progress);
    } catch (error) {
      const { why } = run.signal.aborted ? (run.signal.reason as { why: string }) : { why: '' };
      if (why === 'cancelled' || why === 'late') {
        await this.db.transaction(() => this.keep(run, input, progress, 'cancelled'));
        client.shown.end('done', { message_id: messageIdOf(run.id), model: progress.reply?.model ?? '', finish_reason: 'cancelled' });
      }
      throw error;
    } finally {
      client.shown.close();
    }
  }

  private async answer(run: Run, input: TurnInput, progress: Progress): Promise<TurnResult> {
    const ctx = await this.toolbox.personOf(run.ctx, input.scopes);
    const { client } = progress;
    const [context, tools] = await Promise.all([
      this.contexts.load(ctx, input, client.briefing),
      input.isForGuest ? new ToolShelf([]) : this.toolsOf(ctx, client),
    ]);
    const history = await this.compaction.run(run, input, context);
    progress.isTainted = progress.isTaintedByOthers = history.isTainted;
    progress.approved = new Set([...context.agent.approved_tools, ...(input.approved_tools ?? [])]);
    const messages = [...history.messages];
    const hear = (said: readonly string[]) => messages.push(...said.map((content) => ({ role: 'user' as const, content })));
    const ids = new Set<string>();
    const rounds = context.agent.max_tool_iterations ?? client.rounds;
    for (let round = 0; ; round++) {
      hear(await client.hear(round));
      const request = requestOf(input, context, messages, tools.shown(), round < rounds);
      const reply = await this.say(run, round, request, progress, input.coding !== undefined);
      if (reply.error || round >= rounds) break;
      const calls = reply.tool_calls.map((call, n) => withOwnId(call, `${round}.${n}`, ids));
      const more = calls.length ? [] : await client.hearLast(round, progress.used);
      if (!calls.length && !more.length) break;
      messages.push({ role: 'assistant', content: reply.text, ...(calls.length && { tool_calls: calls }) });
      for (const [n, call] of calls.entries()) {
        const tool = tools.find(call.name);
        const { success, output, isOutside } = await this.tools.run(run, { ctx, input, state: progress, at: `${round}.${n}`, call, tool });
        if (progress.needs_approval) break;
        if (success) tools.note(call.name, output);
        messages.push({
          role: 'tool',
          content: isOutside ? outside(output) : output,
          tool_call_id: call.id,
        });
      }
      if (progress.needs_approval) {
        await this.stopBefore(run, round, progress.needs_approval, progress);
        break;
      }
      hear(more);
    }
    const { needs_approval, tokens, credits } = progress;
    const { error, text, model, provider, stop_reason } = progress.reply!;
    const finish_reason = error ? 'interrupted' : needs_approval ? 'approval_needed' : stop_reason;
    await run.commit('answer', () => this.keep(run, input, progress, finish_reason));
    const ended = { message_id: messageIdOf(run.id), model, provider, finish_reason, tokens, credits };
    if (error) client.shown.end('error', error);
    else client.shown.end('done', ended);
    return { ...ended, ...(input.coding && { text }), ...(error && { error }), ...(needs_approval && { needs_approval }) };
  }

  /** Without those that the person has switched off. */
  private async toolsOf(ctx: Ctx, client: TurnClient): Promise<ToolShelf> {
    const [tools, disabled] = await Promise.all([this.toolbox.list(ctx), this.skills.disabledTools(ctx)]);
    return new ToolShelf([...client.tools, ...tools.filter(({ name }) => !disabled.has(name))]);
  }

  private async say(run: Run, round: number, request: CompletionRequest, progress: Progress, isCoding: boolean): Promise<Reply> {
    const before = progress.parts.filter(Boolean).join(SEPARATOR);
    const at = progress.parts.push('') - 1;
    const said = (text: string) => void (progress.parts[at] += text);
    const reply = await this.model.run(run, `model ${round}`, request, {
      isFirst: round === 0,
      isCoding,
      said,
      before,
      shown: progress.client.shown,
    });
    progress.parts[at] = reply.text;
    progress.reply = reply;
    progress.tokens += reply.tokens ?? 0;
    progress.credits += reply.credits ?? 0;
    return reply;
  }

  /** Says that no user is there to approve a tool. The turn ends. */
  private async stopBefore(run: Run, round: number, name: string, { client, parts, reply }: Progress): Promise<void> {
    const said = `I have stopped before using ${name}: after content from outside it needs an approval, and nobody was there to give it.`;
    const content = parts.some(Boolean) ? `${SEPARATOR}${said}` : said;
    await run.step(`stop ${round}`, (step) => client.shown.emit(step, 'chunk', { content, model: reply!.model } satisfies TurnChunk));
    parts.push(said);
  }

  /** Keeps what the turn has said, once. */
  private async keep(
    run: Run,
    input: TurnInput,
    { parts, used: tools, reply, needs_approval, tokens, credits }: Progress,
    finish_reason: string,
  ): Promise<void> {
    const { model, provider, error } = reply ?? {};
    const isPartial = finish_reason === 'interrupted' || finish_reason === 'cancelled';
    const content = parts.filter(Boolean).join(SEPARATOR);
    if (isPartial && !content && !tools.length) return;
    await this.conversations.addOnce(run.ctx, input.conversation_id, {
      ...{ id: messageIdOf(run.id), role: 'assistant', content, agent_id: input.agent_id },
      ...{ said_id: input.said_id, run_id: run.id, is_cancelled: finish_reason === 'cancelled' },
      ...(model && { model }),
      metadata: {
        ...{ provider: provider ?? null, tools, finish_reason, tokens, credits },
        ...(isPartial && { interrupted: true }),
        ...(error && { error }),
        ...(needs_approval && { needs_approval }),
      },
    });
  }
}

/** A model may use an id again. */
function withOwnId(call: ModelToolCall, at: string, ids: Set<string>): ModelToolCall {
  const id = ids.has(call.id) || !call.id ? `${call.id}_${at.replace('.', '_')}` : call.id;
  ids.add(id);
  return { ...call, id };
}

function requestOf(
  { options, conversation_id, agent_id }: TurnInput,
  { agent, settings, system }: TurnContext,
  messages: readonly ModelMessage[],
  tools: readonly Tool[],
  mayUse: boolean,
): CompletionRequest {
  const { provider = agent.provider, model = agent.model, temperature = agent.temperature } = options;
  const provider_params = { ...agent.default_provider_params, ...options.provider_params };
  return {
    ...{ prompt: '', system, messages: [...prune(messages, settings)], extension_id: '', conversation_id, agent_id },
    max_tokens: options.max_tokens ?? agent.max_tokens ?? ANSWER_TOKENS,
    ...(provider && { provider }),
    ...(model && { model }),
    ...(temperature !== null && { temperature }),
    ...(Object.keys(provider_params).length && { provider_params }),
    ...(tools.length && { tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })) }),
    ...(tools.length && !mayUse && { tool_choice: 'none' as const }),
  };
}
