import { PLATFORM_FEES } from '@skep/contracts';
import type { KernelConfig } from '../kernel.config.js';

type Settings = Pick<KernelConfig, 'SKEP_LLM_PROVIDER' | 'SKEP_LLM_MODEL' | 'SKEP_LLM_MODELS' | 'SKEP_LLM_TIER' | 'SKEP_LLM_TIERS'>;

/** The models of this installation: which one answers whose wish, and what asking it costs. */
export class Models {
  private readonly usual: string | undefined;
  private readonly others: readonly string[];
  private readonly tiers: ReadonlyMap<string, string>;
  private readonly tier: string;

  constructor({ SKEP_LLM_PROVIDER, SKEP_LLM_MODEL, SKEP_LLM_MODELS, SKEP_LLM_TIER, SKEP_LLM_TIERS }: Settings) {
    this.usual = SKEP_LLM_PROVIDER && SKEP_LLM_MODEL;
    this.others = SKEP_LLM_MODELS;
    this.tier = SKEP_LLM_TIER;
    this.tiers = new Map(SKEP_LLM_TIERS.map(({ model, tier }) => [model, tier]));
  }

  /** The model that answers; one that the operator has not listed is answered by the one he chose. Undefined where there is none. */
  answering(wish: string | undefined): string | undefined {
    return this.usual && (wish && this.others.includes(wish) ? wish : this.usual);
  }

  /** What a call that asks it costs, in credits. */
  feeOf(model: string): number {
    return PLATFORM_FEES[this.tiers.get(model) ?? this.tier] ?? 0;
  }

  /** The most that a wish can cost which is not known yet. */
  get dearest(): number {
    return this.usual ? Math.max(...[this.usual, ...this.others].map((model) => this.feeOf(model))) : 0;
  }
}
