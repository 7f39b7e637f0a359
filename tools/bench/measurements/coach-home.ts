import type { coach } from '@skep/contracts/coach';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { startBare } from '../chatters.ts';
import { offerModel, signUpCoachee } from '../coachees.ts';
import { contest } from '../contest.ts';
import type { Pids } from '../cpu.ts';
import type { Measurement } from '../measurement.ts';
import { readEvents } from '../read-events.ts';
import { startRival } from '../rivals.ts';
import type { Skep } from '../skep.ts';

const path = '/user_states/home';

export const description = 'the coach’s Home screen, beside a minimal gateway and service that read the same rows';

export const run: Measurement['run'] = async (skep, options) => {
  const { token } = await signUpCoachee(skep);
  await fill(skep, token);
  const rival = await startRival('home', skep, token);
  const { 'api-gateway': gateway, coach: service, nats, postgres } = skep.pids;
  const contestants = [
    { name: 'skep' as const, url: skep.url + path, pids: { gateway, coach: service, nats, postgres } as Pids },
    { name: 'bare' as const, url: rival.url + path, pids: { ...rival.pids, nats, postgres } as Pids },
  ].map((one) => ({ ...one, requests: [{ headers: { authorization: `Bearer ${token}` } }] }));
  try {
    await mustAgree(contestants, token);
    const results = await contest('coach-home', contestants, options);
    return {
      title: `GET ${path}, 64 connections`,
      results,
      targets: [{ name: 'skep / bare', value: results.skep.rps / results.bare.rps, atLeast: 0.7 }],
    };
  } finally {
    await rival.stop();
  }
};

/** Someone who has checked in, trains for a race and has read a board. */
async function fill(skep: Skep, token: string): Promise<void> {
  const headers = { 'x-service-token': skep.secrets.SKEP_SERVICE_TOKEN };
  const race = { external_id: randomUUID(), name: 'Spring run', sport: 'run', starts_on: '2027-04-18', country: 'CH' };
  const { id: event_id } = await skep.http<typeof coach.writeRace>('POST', '/events', { headers, body: race as never });
  const { id } = await skep.http<typeof coach.addUserEvent>('POST', '/user_events', { token, body: { event_id } });
  await skep.http('PUT', '/user_events/active', { token, body: { user_event_id: id } as never });
  await skep.http('POST', '/user_states/check-ins', { token, body: { mood: 7, soreness: 2, client_message_id: randomUUID() } as never });
  const args = JSON.stringify({ cards: [{ type: 'question', title: 'And you?', text: 'How is your knee?' }] });
  await offerModel(skep, (await startBare(skep, 'model', { ARGS: args })).url);
  const board = { kind: 'daily', client_request_id: randomUUID() };
  await (
    await readEvents(`${skep.url}/user_states/boards/stream`, { authorization: `Bearer ${token}` }, board, () => undefined)
  ).ended;
}

const SHOWN = ['date', 'pending', 'connections'] as const;

/** Checks that both answer the same, as far as it does not depend on how a time is written, and that both have all parts. */
async function mustAgree(contestants: { name: string; url: string }[], token: string): Promise<void> {
  const answers: object[] = [];
  for (const { name, url } of contestants) {
    const home = (await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()) as Record<
      string,
      Record<string, unknown>
    >;
    const parts = [home['readiness']?.['mood'], home['latest_board']?.['status'], home['active_event']?.['status']];
    if (!isDeepStrictEqual(parts, [7, 'completed', 'active'])) throw new Error(`${name} answers ${JSON.stringify(home)}`);
    answers.push(Object.fromEntries(SHOWN.map((part) => [part, home[part]])));
  }
  if (!isDeepStrictEqual(answers[0], answers[1])) throw new Error(`the answers differ: ${JSON.stringify(answers)}`);
}
