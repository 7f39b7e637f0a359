import {
  billing,
  type ListModelRates,
  type ModelRate,
  ModelRateNotFound,
  type ModelRateRef,
  type PriceList,
  type SetModelRate,
} from '@skep/contracts/billing';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { ModelRateEntity } from './model-rate.entity.js';
import { PriceSettings } from './price-settings.js';

/** Operations on the rates of language models, and the list of all prices that other services apply. */
@Handlers()
export class ModelRateHandlers {
  constructor(
    private readonly db: Database,
    private readonly prices: PriceSettings,
  ) {}

  @Handle(billing.listModelRates)
  async listModelRates(_: Ctx, { include_unavailable }: ListModelRates): Promise<ModelRate[]> {
    const where = include_unavailable ? {} : { is_available: true };
    return (await this.db.repository(ModelRateEntity).find({ where, order: { model_id: 'ASC' } })).map(toModelRate);
  }

  @Handle(billing.getModelRate)
  async getModelRate(_: Ctx, { model_id }: ModelRateRef): Promise<ModelRate> {
    const rate = await this.db.repository(ModelRateEntity).findOneBy({ model_id });
    if (!rate) throw ModelRateNotFound();
    return toModelRate(rate);
  }

  @Handle(billing.setModelRate)
  setModelRate(ctx: Ctx, input: SetModelRate): Promise<ModelRate> {
    const rate: ModelRateEntity = { ...input, platform_fee_default: input.platform_fee_default ?? null };
    return this.db.transaction(async () => {
      const before = await this.lock(rate.model_id);
      await this.db.repository(ModelRateEntity).save(rate);
      await this.prices.publish(ctx, 'model_rate', rate.model_id, before ?? { model_id: rate.model_id }, rate);
      return toModelRate(rate);
    });
  }

  @Handle(billing.deleteModelRate)
  deleteModelRate(ctx: Ctx, { model_id }: ModelRateRef) {
    return this.db.transaction(async () => {
      const before = await this.lock(model_id);
      if (!before) throw ModelRateNotFound();
      await this.db.repository(ModelRateEntity).delete({ model_id });
      await this.prices.publish(ctx, 'model_rate', model_id, before, { model_id });
      return { model_id, deleted: true };
    });
  }

  @Handle(billing.getPriceList)
  async getPriceList(ctx: Ctx): Promise<PriceList> {
    const [platform_fees, category_defaults, voice_costs, coding, { token_rate }, model_rates] = await Promise.all([
      this.prices.get('platform-fees'),
      this.prices.get('category-defaults'),
      this.prices.get('voice-costs'),
      this.prices.get('coding-pricing'),
      this.prices.get('token-rate'),
      this.listModelRates(ctx, { include_unavailable: true }),
    ]);
    // The rates of models are in credits that are bought at the token rate.
    const factor = (coding.markup * coding.credits_per_dollar) / token_rate;
    return { platform_fees, category_defaults, voice_costs, model_rates, coding: { factor, min_charge: coding.min_charge } };
  }

  private lock(model_id: string): Promise<ModelRateEntity | null> {
    return this.db.repository(ModelRateEntity).findOne({ where: { model_id }, lock: { mode: 'pessimistic_write' } });
  }
}

const toModelRate = ({ platform_fee_default, ...rate }: ModelRateEntity): ModelRate => ({
  ...{ ...rate, id: rate.model_id },
  ...(platform_fee_default !== null && { platform_fee_default }),
});
