import { type Detail, InvalidInput, NotConfigured, DeadlineExceeded, Problem } from '@skep/contracts';
import {
  ModelBudgetExceeded,
  ModelKeyRejected,
  ModelRateLimited,
  ModelRefused,
  models,
  ModelTimeout,
  ModelUnavailable,
} from '@skep/contracts/models';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IrError, type IrErrorCode } from '../ir/ir-error.js';
import type { Verbs } from '../ir/verbs.js';

type CompletionRequest = Parameters<Verbs['aiComplete']>[0];
/** A model's answer to one prompt. */
export interface Completion {
  text: string;
  provider: string;
  model: string;
  tokens: number;
  /** What a call pays for using this model, in credits, once. */
  fee: number;
  /** What it pays for the tokens of this prompt. */
  token_fee: number;
}

const IR_CODES: Readonly<Record<string, IrErrorCode>> = {
  [NotConfigured.code]: 'LLM_NOT_CONFIGURED',
  [ModelKeyRejected.code]: 'LLM_NOT_CONFIGURED',
  [ModelRateLimited.code]: 'RATE_LIMITED',
  [ModelBudgetExceeded.code]: 'RATE_LIMITED',
  [ModelTimeout.code]: 'BACKEND_TIMEOUT',
  [DeadlineExceeded.code]: 'BACKEND_TIMEOUT',
  [ModelUnavailable.code]: 'BACKEND_5XX',
  [ModelRefused.code]: 'VALIDATION_TYPE_ERROR',
  [InvalidInput.code]: 'VALIDATION_TYPE_ERROR',
};

/** The language model of a call: the service `models` asks it. */
@Injectable()
export class LanguageModel {
  constructor(private readonly bus: Bus) {}

  /**
   * Answers one prompt of an app before the caller's deadline.
   * @throws IrError LLM_NOT_CONFIGURED, RATE_LIMITED, BACKEND_TIMEOUT, BACKEND_5XX, or VALIDATION_TYPE_ERROR if the provider refuses the request
   */
  async complete(ctx: Ctx, app_id: string, request: CompletionRequest): Promise<Completion> {
    try {
      // The step notes the answer itself.
      const asking = { ...ctx, idempotencyKey: undefined };
      const answer = await this.bus.call(models.complete, asking, { ...EMPTY, ...request, extension_id: app_id });
      const { text, provider, model, tokens_used, fee, token_fee = 0 } = answer;
      return { text, provider, model, tokens: tokens_used, fee: fee - token_fee, token_fee };
    } catch (error) {
      const code = error instanceof Problem ? IR_CODES[error.body.code] : undefined;
      throw code ? new IrError(code, toText((error as Problem).body.detail)) : error;
    }
  }

  /** The most that prompts to these models cost the caller, in credits; a prompt to any model without names. */
  async quoteFee(ctx: Ctx, names?: string[]): Promise<number> {
    return (await this.bus.call(models.quoteFee, ctx, { ...(names && { models: names }) })).fee;
  }
}

const EMPTY = { system: '', messages: null, max_tokens: 2_048 };

const toText = (detail: Detail): string => (typeof detail === 'string' ? detail : JSON.stringify(detail));
