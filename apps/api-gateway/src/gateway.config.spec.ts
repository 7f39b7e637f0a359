import { readConfig } from '@skep/platform';
import { describe, expect, it } from '@jest/globals';
import { GatewayConfig } from './gateway.config.js';
import { ServiceTokens } from './auth/service-tokens.js';

const [OLD, NEW] = ['an-old-token-of-16', 'a-new-token-of-16+'];
const config = (env: object) => readConfig(GatewayConfig, { NATS_URL: 'nats://unused', SKEP_SERVICE_TOKEN: OLD, ...env });
const nameOf = (SKEP_SERVICE_TOKEN: string, token: string) =>
  new ServiceTokens(config({ SKEP_SERVICE_TOKEN }).SKEP_SERVICE_TOKEN).nameOf(token);

describe('a service token', () => {
  it('is named kernel when it is the only one; several have names, and tokens can contain colons', () => {
    expect(nameOf(OLD, OLD)).toBe('kernel');
    const both = `kernel:${OLD}, panel:${NEW}:x`;
    expect([OLD, `${NEW}:x`, NEW, 'kernel', ''].map((token) => nameOf(both, token))).toEqual([
      'kernel',
      'panel',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    [`${OLD},`, 'entry 1 has no name: write name:token; entry 2 is empty: remove the comma before or after it'],
    [`a:b,c:${NEW}`, 'entry 1 needs a token of at least 16 characters'],
    [`a:${OLD},a:${NEW}`, 'entry 2 repeats an earlier one'],
    [`:${OLD}`, 'entry 1 needs a name of letters, digits, - and _ before the colon'],
    ['a-short-token', 'entry 1 needs a token of at least 16 characters'],
  ])('"%s" stops the start', (SKEP_SERVICE_TOKEN, fault) => {
    expect(() => config({ SKEP_SERVICE_TOKEN })).toThrow(`\n  SKEP_SERVICE_TOKEN: ${fault}`);
  });
});

describe('SKEP_CORS_ORIGINS and SKEP_TRUST_PROXY', () => {
  it('are parsed entry by entry', () => {
    const { SKEP_CORS_ORIGINS, SKEP_TRUST_PROXY } = config({
      SKEP_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      SKEP_TRUST_PROXY: '10.0.0.0/8, ::1',
    });
    expect(SKEP_CORS_ORIGINS).toEqual(['https://a.example', 'http://localhost:3000']);
    expect(SKEP_TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
    expect(config({ SKEP_TRUST_PROXY: '2' }).SKEP_TRUST_PROXY).toEqual(['2']);
    expect(config({})).toMatchObject({ SKEP_CORS_ORIGINS: [], SKEP_TRUST_PROXY: [] });
  });

  it.each(['https://a.example/', 'a.example', '*', 'https://a.example,'])('reject the origin %s', (SKEP_CORS_ORIGINS) => {
    expect(() => config({ SKEP_CORS_ORIGINS })).toThrow('SKEP_CORS_ORIGINS: entry ');
  });

  it.each(['1,10.0.0.1', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy.example', '10.0.0.1,', 'dead:beef'])(
    'reject the proxy %s',
    (SKEP_TRUST_PROXY) => {
      expect(() => config({ SKEP_TRUST_PROXY })).toThrow('SKEP_TRUST_PROXY: entry ');
    },
  );
});
