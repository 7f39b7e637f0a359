import { describe, expect, it } from '@jest/globals';
import { ProcessConfig } from './config.js';
import { readRateLimits } from './rate-limits.js';

const GATEWAY = ['requests', 'auth.login'];
const ACCOUNTS = ['account.login'];
const read = (SKEP_RATE_LIMITS: string, names = GATEWAY, NODE_ENV = 'development') =>
  readRateLimits(Object.assign(new ProcessConfig(), { SKEP_RATE_LIMITS, NODE_ENV }), names);

describe('SKEP_RATE_LIMITS', () => {
  it('on leaves every limit as it is, and off lifts them, but not in production', () => {
    expect(read('on')).toEqual({ off: false, numbers: new Map() });
    expect(read('off')).toEqual({ off: true, numbers: new Map() });
    expect(() => read('off', GATEWAY, 'production')).toThrow(/refused in production/);
  });

  it('replaces single limits, in production too; each service takes its own', () => {
    const setting = ' auth.login=50, account.login = 20 ,requests=6000';
    expect(read(setting, GATEWAY, 'production').numbers).toEqual(new Map(Object.entries({ 'auth.login': 50, requests: 6000 })));
    expect(read(setting, ACCOUNTS).numbers).toEqual(new Map([['account.login', 20]]));
  });

  it.each([
    'auth.logn=5',
    'auth.login',
    'auth.login=0',
    'auth.login=-1',
    'auth.login=1.5',
    'auth.login=5=6',
    'auth.login=',
    'auth.login=5,',
    'none',
  ])('%s is refused, with what would do', (setting) => {
    expect(() => read(setting)).toThrow(/auth\.login/);
  });
});
