import { connections, type ConnectionQuestion } from '@skep/contracts/connections';
import { asAnonymous, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob } from './connections.js';
import { APP, type OAuthHarness, openOAuth, PROVIDER, reset } from './oauth.js';

let oauth: OAuthHarness;
const nobody = asAnonymous();
beforeAll(async () => {
  oauth = await openOAuth();
});
afterAll(() => oauth?.close());
beforeEach(() => reset(oauth.provider));

/** What a browser without a credential is asked at the callback. */
const ask = async (subject: string, more: object = {}, ctx = ada): Promise<ConnectionQuestion> =>
  (await oauth.finish(await oauth.agree(ctx, subject, more), nobody)).question!;
const confirm = ({ state, token }: Pick<ConnectionQuestion, 'state' | 'token'>, more: object = {}) =>
  oauth.call(connections.confirmConnection, nobody, { ...PROVIDER, state, token, email: ada.email, decision: 'connect', ...more });

describe('a browser without a credential', () => {
  it('is asked who started the connection; until then nothing is exchanged', async () => {
    const agreed = await oauth.agree(ada, 'asked');
    for (let visit = 0; visit < 2; visit++) {
      const { question, ...page } = await oauth.finish(agreed, nobody);
      expect(question).toEqual({ app_id: APP, provider: 'acme', tenant_id: 'default', state: agreed.state, token: expect.any(String) });
      expect(JSON.stringify([question, page])).not.toContain(ada.email);
      expect(JSON.stringify(question)).not.toContain(agreed.code);
    }
    expect([oauth.provider.codes, await oauth.list(ada)]).toEqual([[], []]);
  });

  it('connects the account with the e-mail address of that user, once', async () => {
    const question = await ask('confirmed');
    expect(await confirm(question, { email: ` ${ada.email.toUpperCase()} ` })).toMatchObject({ title: 'The account is connected' });
    expect((await oauth.accountOf(ada, 'confirmed')).status).toBe('connected');
    expect(await codeOf(confirm(question))).toBe('state_invalid');
    expect(oauth.provider.codes).toHaveLength(1);
    const { location } = await confirm(await ask('confirmed', { return_to: 'https://panel.example/' }));
    expect(location).toBe('https://panel.example/?provider=acme&status=connected');
  });

  it('of someone else does not connect their account, and ends the connection', async () => {
    for (const email of [bob.email, '', `x${ada.email}`]) {
      const question = await ask('of the victim');
      expect([email, await codeOf(confirm(question, { email }))]).toEqual([email, 'state_invalid']);
      expect([email, await codeOf(confirm(question))]).toEqual([email, 'state_invalid']);
    }
    const ofNoOne = await ask('of the victim', {}, { ...ada, email: '' });
    expect(await codeOf(confirm(ofNoOne, { email: ' ' }))).toBe('state_invalid');
    expect([oauth.provider.codes, await oauth.accountOf(ada, 'of the victim')]).toEqual([[], undefined]);
  });

  it('needs the page: a code from elsewhere, a page of another connection and one of another app are refused', async () => {
    const { token } = await ask('another');
    const { state } = await ask('mine');
    expect(await codeOf(confirm({ state, token }))).toBe('state_invalid');
    const { code, state: second } = await oauth.agree(ada, 'mine');
    expect(await codeOf(confirm({ state: second, token: code }))).toBe('state_invalid');
    expect(await codeOf(confirm({ state: second, token: '' }))).toBe('state_invalid');
    expect(await codeOf(confirm(await ask('mine'), { app_id: 'other' }))).toBe('state_invalid');
    expect(oauth.provider.codes).toEqual([]);
  });

  it('can cancel, whoever it is of', async () => {
    expect(await codeOf(confirm(await ask('cancelled'), { decision: 'cancel', email: '' }))).toBe('connection_denied');
    const question = await ask('cancelled', { return_to: 'https://panel.example/' });
    const { location } = await confirm(question, { decision: 'cancel', email: '' });
    expect(location).toBe('https://panel.example/?provider=acme&status=denied');
    expect(await codeOf(confirm(question))).toBe('state_invalid');
    expect(oauth.provider.codes).toEqual([]);
  });

  it('is not asked if the operator allows that, with SKEP_OAUTH_CONFIRM=off', async () => {
    await oauth.restart({ SKEP_OAUTH_CONFIRM: 'off' });
    expect(await oauth.finish(await oauth.agree(ada, 'unasked'), nobody)).toMatchObject({ title: 'The account is connected' });
    await oauth.restart();
  });
});
