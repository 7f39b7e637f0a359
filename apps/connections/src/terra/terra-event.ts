import { objectIn } from '../delivery/object-in.js';
import { terraProviderOf } from '../health/terra-client.js';

type Json = Record<string, unknown>;

/** A person as Terra knows them: one account at one provider. */
export interface TerraUser {
  /** Id at Terra. */
  id: string;
  /** Id here, such as `terra-fitbit`. */
  provider: string;
  /** Our id of the person, if Terra has it. */
  reference_id?: string;
  /** Undefined if the event does not name them. */
  scopes?: string[];
}

/** What a webhook of Terra says, of what matters here. */
export type TerraEvent =
  | { kind: 'connected'; user: TerraUser }
  | { kind: 'disconnected'; user: TerraUser }
  | { kind: 'replaced'; before: TerraUser; user: TerraUser }
  | { kind: 'failed'; user: TerraUser }
  | { kind: 'permitted'; user: TerraUser; added: string[]; removed: string[] }
  | { kind: 'data'; user: TerraUser; type: string }
  | { kind: 'other' };

/** Reads the body of a webhook. Whatever is not understood is `other`: Terra adds kinds of events. @throws Problem `bad_request` if it is no JSON object */
export function readTerraEvent(body: string): TerraEvent {
  const event = objectIn(body, 'The body is not a webhook of Terra.');
  const user = readUser(event['user'], event['reference_id']);
  if (event['type'] === 'user_reauth') {
    const [before, after] = [readUser(event['old_user']), readUser(event['new_user'], event['reference_id'])];
    return before && after ? { kind: 'replaced', before, user: after } : { kind: 'other' };
  }
  if (!user) return { kind: 'other' };
  switch (event['type']) {
    case 'auth':
      return event['status'] === 'error' ? { kind: 'other' } : { kind: 'connected', user };
    case 'deauth':
    case 'access_revoked':
      return { kind: 'disconnected', user };
    case 'connection_error':
      return { kind: 'failed', user };
    case 'permission_change':
      return { kind: 'permitted', user, added: readList(event['scopes_added']) ?? [], removed: readList(event['scopes_removed']) ?? [] };
    default:
      return typeof event['type'] === 'string' && Array.isArray(event['data'])
        ? { kind: 'data', user, type: event['type'].slice(0, 100) }
        : { kind: 'other' };
  }
}

function readUser(value: unknown, reference?: unknown): TerraUser | undefined {
  const { user_id, provider, reference_id = reference, scopes } = Object(value) as Json;
  if (!isText(user_id, 200) || !isText(provider, 50)) return undefined;
  const list = readList(scopes);
  return {
    id: user_id,
    provider: terraProviderOf(provider),
    ...(isText(reference_id, 64) && { reference_id }),
    ...(list && { scopes: list }),
  };
}

const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.length > 0 && value.length <= max;

/** A list, or a text with commas. */
function readList(value: unknown): string[] | undefined {
  const list: unknown[] | undefined =
    typeof value === 'string' ? value.split(',').map((each) => each.trim()) : Array.isArray(value) ? value : undefined;
  return list?.filter((each) => isText(each, 100)).slice(0, 200);
}
