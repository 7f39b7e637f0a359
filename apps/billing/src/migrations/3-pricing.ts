import { Migration } from '@skep/platform';

export class Pricing1796040000120 extends Migration {
  readonly sql = `
    -- Prices that were changed; the others have the default of the settings.
    create table price (
      name text primary key,
      value jsonb not null
    );

    -- What language models cost, in credits.
    create table model_rate (
      model_id text primary key,
      tier text not null constraint model_rate_tier check (tier in ('free', 'economy', 'standard', 'premium')),
      input_cost_per_1k double precision not null,
      output_cost_per_1k double precision not null,
      is_available boolean not null,
      platform_fee_default bigint,
      constraint model_rate_cost check (input_cost_per_1k >= 0 and output_cost_per_1k >= 0 and platform_fee_default >= 0)
    );`;
}
