import type { Models } from '../ai/models.js';
import type { IrFunction } from '../ir/ir.js';
import type { ResolvedApp } from './app-resolver.js';

/** Credits: the developer's price, and the platform's fee for a language model. */
export interface Price {
  base_price: number;
  platform_fee: number;
}

/** The most that a call may cost. A model that a binding chooses is not known yet, so it counts as the most expensive one. */
export function maxPriceOf({ pricing }: Pick<ResolvedApp, 'pricing'>, fn: IrFunction, models: Models): Price {
  const prices = pricing?.prices ?? {};
  const fees = fn.impl.steps.flatMap((step) => {
    if (step.op !== 'ai.complete') return [];
    const requested = step.args['model'];
    if (typeof requested === 'string' && requested.includes('{{')) return [models.highestFee];
    const model = models.resolve(typeof requested === 'string' ? requested : undefined);
    return model ? [models.feeOf(model)] : [];
  });
  return { base_price: Object.hasOwn(prices, fn.name) ? (prices[fn.name] ?? 0) : 0, platform_fee: Math.max(0, ...fees) };
}
