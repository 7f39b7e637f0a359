import { type ModelTest, models, type ModelToolsTest, type UpdateModelSettings } from '@skep/contracts/models';
import { Problem } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Failover } from '../provider/failover.js';
import { ModelError, type ModelRequest } from '../provider/model.js';
import { readConfig, unmaskKeys } from '../settings/model-config.js';
import { SettingsRepository } from '../settings/settings.repository.js';
import { Answer } from './answer.js';
import { personOf, problemOf } from './complete.js';
import { type Choice, ModelChoices } from './model-choices.js';

const TRY_MS = 20_000;
const GREETING = { messages: [{ role: 'user' as const, content: 'Say hi' }], max_tokens: 10 };
const TOOL_CALL: Omit<ModelRequest, 'model'> = {
  messages: [{ role: 'user', content: 'What is the weather in Paris? Call the function.' }],
  max_tokens: 200,
  tools: [
    {
      name: 'get_weather',
      description: 'Returns the weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
};

/** Tries settings before they are relied on. Nothing is counted. */
@Handlers()
export class TryModelHandlers {
  constructor(
    private readonly choices: ModelChoices,
    private readonly settings: SettingsRepository,
    private readonly failover: Failover,
  ) {}

  @Handle(models.testModel)
  async testModel(ctx: Ctx, input: UpdateModelSettings): Promise<ModelTest> {
    return (await this.ask(ctx, input, GREETING)).tested;
  }

  @Handle(models.testModelTools)
  async testModelTools(ctx: Ctx, input: UpdateModelSettings): Promise<ModelToolsTest> {
    const { tested, answer } = await this.ask(ctx, input, TOOL_CALL);
    return { ...tested, tool_use_supported: answer.tool_calls.some(({ name }) => name === 'get_weather') };
  }

  private async ask(ctx: Ctx, input: UpdateModelSettings, request: Omit<ModelRequest, 'model'>) {
    const { candidates, settings } = await this.choose(ctx, input);
    // One that fails is to be seen, also if others would answer.
    const answer = new Answer(request, candidates[0]);
    const start = performance.now();
    const deadline = Math.min(ctx.deadline - 100, Date.now() + TRY_MS);
    let error: string | null = null;
    try {
      for await (const part of this.failover.stream([candidates[0]], request, deadline, () => undefined)) answer.add(part);
    } catch (failure) {
      if (!(failure instanceof ModelError)) throw failure;
      error = toText(problemOf(failure, answer.asked, settings));
    }
    const latency_ms = Math.round(performance.now() - start);
    const tested = { ok: error === null, model: error === null ? answer.model : null, latency_ms, error };
    return { tested, answer };
  }

  /** The given provider, or what applies without one. */
  private async choose(ctx: Ctx, input: UpdateModelSettings): Promise<Omit<Choice, 'fees'>> {
    const person = personOf(ctx, input);
    const given = input.config && unmaskKeys(input.config, (await this.settings.find(person)).config);
    const [first] = (given && readConfig(given, ['config']).sources) ?? [];
    if (!first) return this.choices.find(ctx, person, undefined);
    return { candidates: [first], settings: { sources: [first], payer: 'user', limits: { tenant: undefined, user: undefined } } };
  }
}

const toText = ({ body: { detail, title } }: Problem): string => (typeof detail === 'string' ? detail : title);
