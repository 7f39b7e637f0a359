import { PLATFORM_FEES } from '@skep/contracts/billing';
import type { KernelConfig } from '../kernel.config.js';

type Settings = Pick<KernelConfig, 'SKEP_LLM_PROVIDER' | 'SKEP_LLM_MODEL' | 'SKEP_LLM_MODELS' | 'SKEP_LLM_TIER' | 'SKEP_LLM_TIERS'>;

/** The language models of this installation, and their fees. */
export class Models {
  private readonly defaultModel: string | undefined;
  private readonly otherModels: readonly string[];
  private readonly tierByModel: ReadonlyMap<string, string>;
  private readonly defaultTier: string;

  constructor({ SKEP_LLM_PROVIDER, SKEP_LLM_MODEL, SKEP_LLM_MODELS, SKEP_LLM_TIER, SKEP_LLM_TIERS }: Settings) {
    this.defaultModel = SKEP_LLM_PROVIDER && SKEP_LLM_MODEL;
    this.otherModels = SKEP_LLM_MODELS;
    this.defaultTier = SKEP_LLM_TIER;
    this.tierByModel = new Map(SKEP_LLM_TIERS.map(({ model, tier }) => [model, tier]));
  }

  /** The requested model if the operator listed it, else the default one; undefined if this installation has no model. */
  resolve(requested: string | undefined): string | undefined {
    return this.defaultModel && (requested && this.otherModels.includes(requested) ? requested : this.defaultModel);
  }

  /** What a call pays for using the model, in credits. */
  feeOf(model: string): number {
    return PLATFORM_FEES[this.tierByModel.get(model) ?? this.defaultTier] ?? 0;
  }

  /** The fee of the most expensive model, in credits. */
  get highestFee(): number {
    return this.defaultModel ? Math.max(...[this.defaultModel, ...this.otherModels].map((model) => this.feeOf(model))) : 0;
  }
}
