import { DeadlineExceeded, Forbidden, Problem } from '@skep/contracts';
import { agent, type SayUnattended, TurnNotFound, type TurnRef, type TurnState, type UnattendedTurn } from '@skep/contracts/agent';
import { holdsScope } from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers, idOfKey, Runs } from '@skep/platform';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { Toolbox } from '../tool/toolbox.js';
import { type TurnEnd, TurnEnds } from './turn-ends.js';
import { messageIdOf, TURN } from './turn-kind.js';
import { Turns } from './turns.js';

/** What a person needs to talk with agents. */
const SCOPE = 'agent:use';

/** Turns that services start for people who do not watch. */
@Handlers()
export class UnattendedHandlers {
  constructor(
    private readonly toolbox: Toolbox,
    private readonly turns: Turns,
    private readonly ends: TurnEnds,
    private readonly runs: Runs,
    private readonly conversations: ConversationRepository,
  ) {}

  @Handle(agent.sayUnattended)
  async sayUnattended(ctx: Ctx, input: SayUnattended): Promise<UnattendedTurn> {
    const { key: name, conversation_id: given, title, agent_id, content, is_outside, is_for_guest, approved_tools, scopes = ['*'] } = input;
    const person = await this.toolbox.personOf(ctx, scopes);
    if (!holdsScope(person.scopes, SCOPE)) throw Forbidden(`The user needs the scope ${SCOPE}.`);
    // A key is known in a tenant.
    const key = `unattended ${ctx.user} ${name}`;
    const conversation_id = given ?? idOfKey(`${ctx.tenant} ${key}`);
    const said = { conversation_id, content, ...(agent_id !== undefined && { agent_id }) };
    const opens = given === undefined && { opens: title === undefined ? {} : { title } };
    const run_id = await this.turns.say(person, said, {
      key,
      is_outside,
      isUnattended: true,
      isForGuest: is_for_guest,
      approved_tools,
      ...opens,
    });
    return { run_id, conversation_id, message_id: messageIdOf(run_id) };
  }

  @Handle(agent.waitForTurn)
  async waitForTurn(ctx: Ctx, { run_id }: TurnRef): Promise<TurnState> {
    const run = await this.runs.find(run_id);
    if (run?.kind !== TURN.name || run.tenant_id !== ctx.tenant || run.user_id !== ctx.user) throw TurnNotFound();
    const end = await this.endOf(ctx, run_id);
    const message_id = messageIdOf(run_id);
    const { content = '' } = (await this.conversations.findMessage(ctx, message_id)) ?? {};
    if (end?.status !== 'done') {
      const status = end?.status === 'failed' || end?.status === 'cancelled' ? end.status : 'running';
      const finish_reason = status === 'running' ? '' : status === 'failed' ? 'interrupted' : status;
      return {
        status,
        message_id,
        content,
        finish_reason,
        needs_approval: null,
        error: status === 'failed' ? 'It was interrupted.' : null,
      };
    }
    const { finish_reason, needs_approval = null, error } = end.result;
    return { status: error ? 'failed' : 'done', message_id, content, finish_reason, needs_approval, error: error?.message ?? null };
  }

  /** Undefined if the caller waits no longer. */
  private async endOf(ctx: Ctx, run_id: string): Promise<TurnEnd | undefined> {
    try {
      return await this.ends.wait(ctx, run_id);
    } catch (error) {
      if (error instanceof Problem && error.body.code === DeadlineExceeded.code) return undefined;
      throw error;
    }
  }
}
