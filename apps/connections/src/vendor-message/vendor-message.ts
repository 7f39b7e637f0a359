import { isObject } from '@skep/contracts';
import { objectIn } from '../delivery/object-in.js';

/** What a message of a health provider says about one account there. */
export type AboutAccount = { account: string } & (
  | { kind: 'disconnected' }
  | { kind: 'permitted'; scopes: string[] }
  /** @property payload its part of the message, as JSON */
  | { kind: 'data'; type: string; payload: string }
);

type Raw = Record<string, unknown>;

const messageIn = (body: string): Raw => objectIn(body, 'The body is not a message of this provider.');

const accountOf = (id: unknown): string | undefined =>
  (typeof id === 'string' || typeof id === 'number') && /^[\w-]{1,200}$/.test(String(id)) ? String(id) : undefined;

/** A message of Strava (https://developers.strava.com/docs/webhooks) names one activity, or says that the athlete has withdrawn their consent. */
export function readStrava(body: string): AboutAccount[] {
  const message = messageIn(body);
  const account = accountOf(message['owner_id']);
  if (account === undefined) return [];
  if (message['object_type'] === 'activity') return [{ account, kind: 'data', type: 'activity', payload: body }];
  const isWithdrawn = message['object_type'] === 'athlete' && String(Object(message['updates'])['authorized']) === 'false';
  return isWithdrawn ? [{ account, kind: 'disconnected' }] : [];
}

const ITEMS_MAX = 10_000;

/**
 * A message of Garmin has lists by name, whose items are of several people: summaries (push), or addresses of such (ping). Lists of another kind
 * say who has withdrawn their consent or changed what they permit. (Known from open-source clients of its Health API.)
 */
export function readGarmin(body: string): AboutAccount[] {
  const found: AboutAccount[] = [];
  for (const [name, list] of Object.entries(messageIn(body))) {
    const items = (Array.isArray(list) ? (list as unknown[]) : []).slice(0, ITEMS_MAX).filter(isObject) as Raw[];
    for (const [account, own] of Map.groupBy(items, ({ userId }) => accountOf(userId))) {
      if (account === undefined) continue;
      if (name === 'deregistrations') found.push({ account, kind: 'disconnected' });
      else if (name === 'userPermissionsChange') found.push({ account, kind: 'permitted', scopes: textsOf(own.at(-1)!['permissions']) });
      // Each address is read for itself.
      else
        for (const part of own.some(({ callbackURL }) => callbackURL) ? own.map((item) => [item]) : [own])
          found.push({ account, kind: 'data', type: name.slice(0, 100), payload: JSON.stringify({ [name]: part }) });
    }
  }
  return found;
}

const textsOf = (list: unknown): string[] =>
  (Array.isArray(list) ? (list as unknown[]) : [])
    .filter((each): each is string => typeof each === 'string' && each.length <= 100)
    .slice(0, 200);
