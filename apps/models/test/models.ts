import { models } from '@skep/contracts/models';
import type { Ctx } from '@skep/platform';
import { asService, asUser, type LanguageModel, type ServiceHarness, startService } from '@skep/testkit';
import { start } from '../src/main.js';

export const ada = asUser('ada', { deadline: Date.now() + 300_000 });
export const bob = asUser('bob', { deadline: Date.now() + 300_000 });
/** In another tenant. */
export const zoe = asUser('zoe', { tenant: 'other', deadline: Date.now() + 300_000 });
/** A service that acts for no one. */
export const service = asService('test', { deadline: Date.now() + 300_000 });

export interface ModelsHarness extends ServiceHarness {
  /** Asks for a completion. */
  ask(ctx: Ctx, more?: object): Promise<Awaited<ReturnType<typeof askFor>>>;
  /** Sets the settings of a person or tenant, or of the installation. */
  set(owner: { tenant_id?: string; user_id?: string }, settings: object): Promise<unknown>;
}

const askFor = (harness: ServiceHarness, ctx: Ctx, more: object) =>
  harness.call(models.complete, ctx, { prompt: 'Hello?', system: '', messages: null, extension_id: '', max_tokens: 100, ...more });

/** @param beside apps that run too */
export async function openModels(
  model: LanguageModel | undefined,
  env: Record<string, string> = {},
  beside: string[] = [],
): Promise<ModelsHarness> {
  const llm = model && {
    SKEP_LLM_PROVIDER: 'openai',
    SKEP_LLM_BASE_URL: `${model.url}/v1`,
    SKEP_LLM_MODEL: 'usual',
    SKEP_LLM_API_KEY: 'first',
  };
  const harness = await startService('models', start, { env: { ...llm, ...env }, beside });
  return {
    ...harness,
    ask: (ctx, more = {}) => askFor(harness, ctx, more),
    set: (owner, settings) =>
      harness.call(models.updateModelSettings, service, {
        ...{ config: null, enforced: null, role_defaults: null, updated_by: null },
        ...owner,
        ...settings,
      }),
  };
}
