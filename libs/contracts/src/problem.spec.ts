import { describe, expect, it } from '@jest/globals';
import { Conflict, DeadlineExceeded, IdempotencyInProgress, TooManyRequests, Unavailable } from './problem.js';

describe('a problem', () => {
  it.each([DeadlineExceeded, Unavailable, IdempotencyInProgress])('%p tells when to try again, wherever it is thrown', (kind) => {
    expect(kind().retryAfter).toBe(1);
    expect(kind('Something else.', 7).retryAfter).toBe(7);
  });

  it('of a kind that trying again does not help tells no time', () => {
    expect(Conflict().retryAfter).toBeUndefined();
    expect(TooManyRequests().retryAfter).toBeUndefined();
  });
});
