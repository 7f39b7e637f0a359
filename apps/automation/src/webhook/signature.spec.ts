import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { deliveryIdOf, isSigned } from './signature.js';

const of = (body: string, headers: Record<string, string> = {}) => ({ body: Buffer.from(body), headers, payload: null });
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
const NOW = 1_700_000_000_000;

describe('a signature', () => {
  it('of GitHub is that of its documentation', () => {
    const headers = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' };
    const secret = "It's a Secret to Everybody";
    expect(isSigned('github', secret, of('Hello, World!', headers))).toBe(true);
    expect(isSigned('generic', secret, of('Hello, World!', headers))).toBe(true);
    expect(isSigned('github', secret, of('Hello, World?', headers))).toBe(false);
    expect(isSigned('github', 'another', of('Hello, World!', headers))).toBe(false);
    expect(isSigned('github', secret, of('Hello, World!'))).toBe(false);
  });

  it('of Slack is that of its documentation, for five minutes', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    const at = (seconds: number) =>
      isSigned('slack', '8f742231b10e8888abcd99yyyzzz85a5', of(body, headers), (1_531_420_618 + seconds) * 1_000);
    expect([at(0), at(300), at(301), at(-301)]).toEqual([true, true, false, false]);
  });

  it('of Stripe is over its time and the body, for five minutes, and may be one of several', () => {
    const body = '{"id":"evt_1","text":"ünïcode"}';
    const at = NOW / 1_000;
    const good = hmac('whsec_test', `${at}.${body}`);
    const header = (text: string) => of(body, { 'stripe-signature': text });
    expect(isSigned('stripe', 'whsec_test', header(`t=${at},v1=${hmac('old', body)},v1=${good},v0=x`), NOW)).toBe(true);
    expect(isSigned('stripe', 'whsec_test', header(`t=${at},v1=${good}`), NOW + 301_000)).toBe(false);
    expect(isSigned('stripe', 'whsec_test', header(`t=${at + 1},v1=${good}`), NOW)).toBe(false);
    for (const text of ['', `v1=${good}`, `t=${at}`, `t=${at},v0=${good}`, 't=,v1=', `t=${at},v1=zz`])
      expect(isSigned('stripe', 'whsec_test', header(text), NOW)).toBe(false);
  });

  it('of others is with or without its algorithm', () => {
    const mac = hmac('secret', 'body');
    expect(isSigned('generic', 'secret', of('body', { 'x-webhook-signature': mac }))).toBe(true);
    expect(isSigned('generic', 'secret', of('body', { 'x-webhook-signature': `sha256=${mac}` }))).toBe(true);
    expect(isSigned('generic', 'secret', of('body', { 'x-webhook-signature': `sha1=${mac}` }))).toBe(false);
  });
});

describe('a delivery', () => {
  it('is named by what its sender repeats', () => {
    const delivery = (headers: Record<string, string>, payload: unknown = {}) => ({ body: Buffer.alloc(0), headers, payload });
    expect(deliveryIdOf('github', delivery({ 'x-github-delivery': 'd1' }))).toBe('delivery:d1');
    expect(deliveryIdOf('stripe', delivery({}, { id: 'evt_1' }))).toBe('event:evt_1');
    expect(deliveryIdOf('slack', delivery({}, { event_id: 'Ev1' }))).toBe('event:Ev1');
    expect(deliveryIdOf('slack', delivery({ 'x-slack-signature': 'v0=1' }))).toMatch(/^signature:/);
    expect(deliveryIdOf('generic', delivery({ 'webhook-id': 'm1' }))).toBe('delivery:m1');
    expect(deliveryIdOf('generic', delivery({}))).toBeNull();
  });
});
