import { describe, expect, it } from '@jest/globals';
import { ProcessConfig } from './config.js';
import { rateLimitFaults, readRateLimits } from './rate-limits.js';

const GATEWAY = ['requests', 'auth.login'];
const AUTH_GATEWAY = ['account.login'];
const config = (SKEP_RATE_LIMITS: string, NODE_ENV = 'development') => Object.assign(new ProcessConfig(), { SKEP_RATE_LIMITS, NODE_ENV });
const read = (setting: string, names = GATEWAY) => readRateLimits(config(setting), names);
const faults = (setting: string, NODE_ENV?: string, names = GATEWAY) =>
  rateLimitFaults(config(setting, NODE_ENV), names).map(({ fault }) => fault);

describe('SKEP_RATE_LIMITS', () => {
  it('on keeps every limit, and off disables all of them, except in production', () => {
    expect(read('on')).toEqual({ off: false, numbers: new Map() });
    expect(read('off')).toEqual({ off: true, numbers: new Map() });
    expect(faults('off', 'production')).toEqual([expect.stringMatching(/refused in production/)]);
    expect([faults('on'), faults('off')]).toEqual([[], []]);
  });

  it('replaces single limits, also in production; each service reads its own', () => {
    const setting = ' auth.login=50, account.login = 20 ,requests=6000';
    expect([faults(setting, 'production'), faults(setting, 'production', AUTH_GATEWAY)]).toEqual([[], []]);
    expect(read(setting).numbers).toEqual(new Map(Object.entries({ 'auth.login': 50, requests: 6000 })));
    expect(read(setting, AUTH_GATEWAY).numbers).toEqual(new Map([['account.login', 20]]));
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
  ])('%s is refused with an example of a valid value', (setting) => {
    expect(faults(setting)).toContainEqual(expect.stringMatching(/auth\.login/));
  });
});
