import { InvalidInput, type Problem } from '@skep/contracts';
import {
  type Completion,
  type CompletionPart,
  type CompletionRequest,
  ModelKeyRejected,
  ModelRateLimited,
  ModelRefused,
  ModelTimeout,
  ModelUnavailable,
} from '@skep/contracts/models';
import { annotateSpan, Bus, type Ctx, currentLease, extensionOf, inSpan, sendPart, tenantOf, traceId } from '@skep/platform';
import { registry } from '@skep/contracts/registry';
import { Injectable } from '@nestjs/common';
import { ModelsConfig } from '../models.config.js';
import { type Candidate, Failover } from '../provider/failover.js';
import { ModelError, type ModelRequest } from '../provider/model.js';
import { MARGIN_MS } from '../provider/time-left.js';
import type { EffectiveSettings } from '../settings/effective-settings.js';
import { Budgets, type Hold } from '../usage/budgets.js';
import { Answer } from './answer.js';
import type { CompletionCharge } from './completion-charge.js';
import { type CodingTurn, totalOf, type Tokens } from './fees.js';
import { Stops } from './stops.js';
import { type Choice, ModelChoices, type Person } from './model-choices.js';

const TOKENS_MAX = 8_192;

interface Buying {
  charge?: CompletionCharge;
  coding?: CodingTurn | undefined;
}

/** Answers a prompt: the first provider of the caller’s that answers, within SKEP_LLM_TIMEOUT_MS and their budget. */
@Injectable()
export class Complete {
  constructor(
    private readonly config: ModelsConfig,
    private readonly choices: ModelChoices,
    private readonly failover: Failover,
    private readonly budgets: Budgets,
    private readonly bus: Bus,
    private readonly stops: Stops,
  ) {}

  /**
   * @param buying `charge`: who pays for it; undefined if no one does, or the caller charges for it. `coding`: at the prices of coding sessions
   * @throws Problem `invalid_input`, `not_configured`, `model_budget_exceeded`, one of a model, or one of an app that the user does not have
   */
  async run(ctx: Ctx, input: CompletionRequest, buying: Buying = {}): Promise<Completion> {
    const request = requestOf(input);
    const person = personOf(ctx, input);
    await this.assertUserHasApp(ctx);
    const choice = await this.choices.find(ctx, person, input.model, input.provider || undefined);
    const [{ endpoint, model }] = choice.candidates;
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': endpoint.provider,
      'gen_ai.request.model': model,
      'gen_ai.request.max_tokens': request.max_tokens,
      'gen_ai.request.temperature': request.temperature,
    };
    return inSpan(`chat ${model}`, attributes, () =>
      this.stops.during(ctx, (stop) => this.ask(ctx, person, choice, request, input, { ...buying, stop })),
    );
  }

  /** An app spends the budget of its users only. @throws Problem `app_not_installed`, `app_suspended`, `app_disabled` */
  private async assertUserHasApp(ctx: Ctx): Promise<void> {
    const app_id = extensionOf(ctx);
    if (app_id !== undefined && ctx.user) await this.bus.call(registry.resolveCall, { ...ctx, idempotencyKey: undefined }, { app_id });
  }

  private async ask(
    ctx: Ctx,
    person: Person,
    { candidates, settings, fees }: Choice,
    request: Omit<ModelRequest, 'model'>,
    { conversation_id, agent_id }: Pick<CompletionRequest, 'conversation_id' | 'agent_id'>,
    { charge, coding, stop }: Buying & { stop: AbortSignal },
  ): Promise<Completion> {
    const deadline = Math.min(ctx.deadline - MARGIN_MS, Date.now() + this.config.SKEP_LLM_TIMEOUT_MS);
    const start = performance.now();
    const answer = new Answer(request, candidates[0]);
    const { tenant_id, user_id } = person;
    const owner = { tenant_id, user_id };
    const feeOf = (asked: string, tokens: Tokens) => fees.of(asked, settings.payer, tokens, coding);
    const most = { prompt_tokens: answer.prompt_tokens, completion_tokens: request.max_tokens };
    await charge?.reserve(Math.max(...candidates.map(({ model: asked }) => totalOf(feeOf(asked, most)))), this.config.SKEP_LLM_TIMEOUT_MS);
    let hold: Hold | undefined;
    const settle = async () => {
      const { provider, prompt_tokens, completion_tokens } = answer;
      const fee = answer.isWhole ? totalOf(feeOf(answer.asked.model, answer)) : 0;
      const asked = { conversation_id: conversation_id ?? null, agent_id: agent_id ?? null };
      const duration_ms = Math.round(performance.now() - start);
      const part = { trace_id: traceId(ctx), cause_id: ctx.cause ?? null, charge_id: charge?.chargedAs ?? null, duration_ms };
      const used = { provider, model: answer.asked.model, prompt_tokens, completion_tokens, fee, ...asked, ...part };
      await this.budgets.settle(owner, settings, hold, used, charge && (() => charge.record(fee)));
      await charge?.capture(fee);
    };
    try {
      hold = await this.budgets.hold(owner, settings, answer.prompt_tokens + request.max_tokens, this.config.SKEP_LLM_TIMEOUT_MS);
      for await (const part of this.failover.stream(candidates, request, deadline, (candidate) => answer.begin(candidate), stop)) {
        answer.add(part);
        if (part.type === 'text') sendPart({ text: part.text, model: answer.model } satisfies CompletionPart);
      }
    } catch (error) {
      // The provider counts what it said before it broke off.
      await (answer.hasBegun ? settle() : Promise.all([this.budgets.release(owner, hold), charge?.release()]));
      if (!(error instanceof ModelError)) throw error;
      currentLease()?.skipStoringAnswer();
      throw problemOf(error, answer.asked, settings);
    }
    await settle();
    const { text, tool_calls, model, provider, stop_reason, prompt_tokens, completion_tokens } = answer;
    annotateSpan({
      'gen_ai.response.model': model,
      'gen_ai.usage.input_tokens': prompt_tokens,
      'gen_ai.usage.output_tokens': completion_tokens,
    });
    const total_tokens = prompt_tokens + completion_tokens;
    const fee = feeOf(answer.asked.model, answer);
    return {
      ...{ text, tool_calls, model, provider, stop_reason, tokens_used: total_tokens, fee: totalOf(fee), token_fee: fee.token_fee },
      usage: { prompt_tokens, completion_tokens, total_tokens },
    };
  }
}

/** The user of a request: a service may name one, an app only acts for one. */
export const personOf = (ctx: Ctx, input: { user_id?: string; tenant_id?: string }): Person => ({
  tenant_id: tenantOf(ctx, input),
  user_id: ctx.user || (extensionOf(ctx) === undefined ? (input.user_id ?? '') : ''),
  role: ctx.role,
});

/** @throws Problem `invalid_input` if nothing is asked */
function requestOf({ prompt, system, messages, max_tokens, temperature, ...rest }: CompletionRequest): Omit<ModelRequest, 'model'> {
  const asked = [...(messages ?? []), ...(prompt ? [{ role: 'user' as const, content: prompt }] : [])];
  if (!asked.some(({ role }) => role !== 'system'))
    throw InvalidInput([{ loc: ['prompt'], msg: 'Give a prompt, or messages', type: 'missing' }]);
  return {
    messages: [...(system ? [{ role: 'system' as const, content: system }] : []), ...asked],
    max_tokens: Math.min(max_tokens, TOKENS_MAX),
    ...(temperature !== undefined && { temperature }),
    ...(rest.tools?.length && { tools: rest.tools }),
    ...(rest.tool_choice && { tool_choice: rest.tool_choice }),
    ...(rest.provider_params && { provider_params: rest.provider_params }),
  };
}

/** What the caller sees of a failure: never the provider’s own words. */
export function problemOf(
  { fault, retryAfterMs }: ModelError,
  { endpoint }: Candidate,
  { payer }: Pick<EffectiveSettings, 'payer'>,
): Problem {
  const retryAfter = retryAfterMs && Math.ceil(retryAfterMs / 1_000);
  switch (fault) {
    case 'auth':
      return ModelKeyRejected(
        payer === 'operator'
          ? 'The language model rejected the key in SKEP_LLM_API_KEY; the operator must replace it.'
          : `${endpoint.provider} rejected the key in the settings of the ${payer}. Replace it.`,
      );
    case 'rate':
    case 'quota':
      return ModelRateLimited(undefined, retryAfter);
    case 'address':
      return ModelRefused('The address of the language model may not be called. An operator can allow it with SKEP_OUTBOUND_ALLOW.');
    case 'context':
      return ModelRefused('The prompt is too long for the language model.');
    case 'request':
      return ModelRefused();
    case 'time':
      return ModelTimeout();
    case 'overload':
    case 'network':
    case 'cut':
      return ModelUnavailable(undefined, retryAfter);
  }
}
