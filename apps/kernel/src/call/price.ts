import { billing, type CategoryDefaults, DEFAULT_PRICES, type PriceList } from '@skep/contracts/billing';
import { Bus, CachedAnswer } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type IrFunction, stepsOf } from '../ir/ir.js';
import type { ResolvedApp } from './app-resolver.js';
import type { Call } from './call.js';

/** Credits: the developer's price, and the platform's fee for a language model. */
export interface Price {
  base_price: number;
  platform_fee: number;
}

/** The prices of functions without one of their own, by type of action. */
@Injectable()
export class DefaultPrices {
  private readonly prices: CachedAnswer<PriceList>;

  constructor(bus: Bus) {
    this.prices = new CachedAnswer<PriceList>(bus, billing.getPriceList, billing.priceChanged, DEFAULT_PRICES);
  }

  /** Undefined if the called function has a price, or its app is free. */
  async find({ ctx, app: { pricing }, name }: Call): Promise<CategoryDefaults | undefined> {
    return pricing && !Object.hasOwn(pricing.prices, name) ? (await this.prices.get(ctx)).category_defaults : undefined;
  }
}

/** What the developer charges for a function, or else the default for its type of action. */
export function basePriceOf(
  { pricing }: Pick<ResolvedApp, 'pricing'>,
  { name, action_type }: IrFunction,
  defaults?: CategoryDefaults,
): number {
  const prices = pricing?.prices ?? {};
  return Object.hasOwn(prices, name) ? (prices[name] ?? 0) : (defaults?.[action_type ?? 'write'] ?? 0);
}

/** The language models that may be asked; '' is the default one. Undefined: any, because a binding or code chooses it. */
export function modelsOf(impl: IrFunction['impl'], permissions: ReadonlySet<string>): string[] | undefined {
  if (impl.kind === 'code') return permissions.has('ai:complete') ? undefined : [];
  const requested = stepsOf(impl).flatMap((step) => (step.op === 'ai.complete' ? [step.args['model']] : []));
  if (requested.some((model) => typeof model === 'string' && model.includes('{{'))) return undefined;
  return requested.map((model) => (typeof model === 'string' ? model : ''));
}
