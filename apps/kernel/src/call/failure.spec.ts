import { DeadlineExceeded, IdempotencyInProgress, Internal, InvalidInput, Problem, TooManyRequests, Unavailable } from '@skep/contracts';
import { AutomationNotFound } from '@skep/contracts/automation';
import { InvalidIr } from '@skep/contracts/portal';
import { describe, expect, it } from '@jest/globals';
import { IrError } from '../ir/ir-error.js';
import { failureOf, isValidationRejected } from './failure.js';

describe('a failure', () => {
  it('of a function keeps its code and its message', () => {
    const failure = failureOf(new IrError('RATE_LIMITED', 'too much'));
    expect(failure).toEqual({
      status: 'error',
      data: null,
      summary: null,
      ui: null,
      error: 'too much',
      error_code: 'RATE_LIMITED',
      retryable: true,
    });
  });

  it('of an operation has the problem’s code in capitals and its detail', () => {
    expect(failureOf(AutomationNotFound())).toMatchObject({
      error_code: 'AUTOMATION_NOT_FOUND',
      error: 'Automation not found.',
      retryable: false,
    });
    expect(failureOf(TooManyRequests())).toMatchObject({ error_code: 'TOO_MANY_REQUESTS', retryable: true });
    expect(failureOf(IdempotencyInProgress())).toMatchObject({ error_code: 'IDEMPOTENCY_IN_PROGRESS', retryable: true });
    expect(failureOf(new Problem({ ...AutomationNotFound().body, detail: { current_etag: 'x' } })).error).toContain('current_etag');
  });

  it('of an operation has what the problem says beyond its text', () => {
    expect(failureOf(InvalidIr('Invalid IR: x', undefined, { faults: [], warnings: [] })).details).toEqual({ faults: [], warnings: [] });
    expect(failureOf(AutomationNotFound())).not.toHaveProperty('details');
  });

  it('of an invalid input names every field', () => {
    const faults = [
      { loc: ['calls', 0, 'name'], msg: 'Field required', type: 'missing' },
      { loc: [], msg: 'Input should be a valid object', type: 'object_type' },
    ];
    expect(failureOf(InvalidInput(faults))).toMatchObject({
      error: 'The input is not valid. calls.0.name: Field required; Input should be a valid object',
      details: { faults },
    });
  });

  it('of the server is retryable if it is temporary, and does not reveal its cause', () => {
    for (const problem of [Unavailable('db-3 is down'), DeadlineExceeded('late')])
      expect(failureOf(problem)).toMatchObject({ error: expect.stringContaining('temporarily unavailable'), retryable: true });
    expect(failureOf(Internal('stack'))).toMatchObject({
      error_code: 'INTERNAL',
      error: 'Something went wrong on our side.',
      retryable: false,
    });
  });

  it('before anything was done is a rejection', () => {
    expect(isValidationRejected(failureOf(InvalidInput([])))).toBe(true);
    expect(isValidationRejected(failureOf(new IrError('UNKNOWN_SUB_FUNCTION', 'x')))).toBe(true);
    expect(isValidationRejected(failureOf(new IrError('EXT_UNSTRUCTURED_ERROR', 'x')))).toBe(false);
    expect(isValidationRejected(failureOf(AutomationNotFound()))).toBe(false);
  });
});
