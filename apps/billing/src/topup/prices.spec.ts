import { describe, expect, it } from '@jest/globals';
import { CreditPrices } from './prices.js';

const prices = new CreditPrices({ token_rate: 1_000, SKEP_TOPUP_MIN_CENTS: 100, SKEP_TOPUP_MAX_CENTS: 5_000 });

describe('a price', () => {
  it.each([
    [20_000, 2_000],
    [1_000, 100],
    [50_000, 5_000],
    [1_010, 101],
  ])('of %i tokens is %i cents', (tokens, cents) => {
    expect(() => prices.assertPrice(tokens, cents)).not.toThrow();
  });

  it.each([
    ['too cheap', 20_000, 1_999],
    ['too expensive', 20_000, 2_001],
    ['a fraction of a cent', 20_001, 2_000],
    ['below the minimum', 990, 99],
    ['above the maximum', 50_010, 5_001],
  ])('is rejected if it is %s', (_, tokens, cents) => {
    expect(() => prices.assertPrice(tokens, cents)).toThrow('price_mismatch');
  });

  it('is valid for every offered tier, and none is out of bounds', () => {
    const { tiers } = prices.config;
    expect(tiers.map(({ price_cents }) => price_cents)).toEqual([500, 2_000, 5_000]);
    for (const { tokens, price_cents } of tiers) expect(() => prices.assertPrice(tokens, price_cents)).not.toThrow();
  });
});
