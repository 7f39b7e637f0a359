import { expect, it } from '@jest/globals';
import { parseAmount, toDollars } from './payout-terms.js';

const terms = (token_rate = 1_000) => ({ min_payout_tokens: 10_000, token_rate });
const faultsOf = (input: { amount_tokens?: number; amount?: number }) => {
  try {
    return parseAmount(terms(), { payout_method: 'manual', ...input });
  } catch (error) {
    return (error as { body: { detail: { loc: string[]; type: string }[] } }).body.detail.map(({ loc, type }) => `${loc.join()} ${type}`);
  }
};

it.each([
  [10_000, 1_000, '10.00'],
  [10_001, 1_000, '10.00'],
  [10_019, 1_000, '10.01'],
  [12_345, 700, '17.63'],
  [1_000_000_000_000, 1, '1000000000000.00'],
  [10_000, 1_000_000, '0.01'],
])('%i credits at %i a dollar are %s dollars', (credits, rate, dollars) => {
  expect(toDollars(terms(rate), credits)).toBe(dollars);
});

it('accepts the amount under either name, and names the invalid field', () => {
  expect(faultsOf({ amount_tokens: 10_000 })).toBe(10_000);
  expect(faultsOf({ amount: 12_000 })).toBe(12_000);
  expect(faultsOf({ amount: 12_000, amount_tokens: 12_000 })).toBe(12_000);
  expect(faultsOf({})).toEqual(['amount_tokens missing']);
  expect(faultsOf({ amount_tokens: 9_999 })).toEqual(['amount_tokens min']);
  expect(faultsOf({ amount: 9_999 })).toEqual(['amount min']);
  expect(faultsOf({ amount: 11_000, amount_tokens: 12_000 })).toEqual(['amount mismatch']);
});
