import {
  type CodingCompletionRequest,
  type CompletionRequest,
  type ModelSettingsRef,
  models,
  type QuoteFee,
  type StopCompletion,
} from '@skep/contracts/models';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { BuyCompletion } from './buy-completion.js';
import { Complete, personOf } from './complete.js';
import { ModelChoices } from './model-choices.js';
import { Stops } from './stops.js';

@Handlers()
export class CompletionHandlers {
  constructor(
    private readonly purchase: BuyCompletion,
    private readonly completion: Complete,
    private readonly choices: ModelChoices,
    private readonly stops: Stops,
  ) {}

  @Handle(models.buyCompletion)
  buyCompletion(ctx: Ctx, input: CompletionRequest) {
    return this.purchase.run(ctx, input);
  }

  @Handle(models.buyCodingCompletion)
  buyCodingCompletion(ctx: Ctx, input: CodingCompletionRequest) {
    return this.purchase.run(ctx, input, input);
  }

  @Handle(models.complete)
  complete(ctx: Ctx, input: CompletionRequest) {
    return this.completion.run(ctx, input);
  }

  @Handle(models.quoteFee)
  async quoteFee(ctx: Ctx, { models: names }: QuoteFee) {
    return { fee: await this.choices.highestFee(ctx, personOf(ctx, {}), names) };
  }

  @Handle(models.listModelProviders)
  async listModelProviders(ctx: Ctx, input: ModelSettingsRef) {
    const { sources, payer } = await this.choices.findSettings(personOf(ctx, input));
    return sources.map(({ endpoint, model }) => ({ name: endpoint.provider, model, source: payer }));
  }

  @Handle(models.stopCompletion)
  stopCompletion(ctx: Ctx, { key }: StopCompletion) {
    this.stops.stop(ctx, key);
    return {};
  }
}
