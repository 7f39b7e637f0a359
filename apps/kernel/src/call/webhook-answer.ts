import type { WebhookAnswer } from '@skep/contracts';
import type { CallResult } from '@skep/contracts/kernel';
import { isObject } from '../ir/ir.js';
import { toText } from '../ir/plain-json.js';
import { isValidationRejected } from './failure.js';

/** Headers that a function may set: none that concerns Skep's own origin, such as cookies, redirects or policies. */
const HEADERS = ['content-type', 'retry-after', 'cache-control'];
/** Media types that no browser runs. Any other answer is text. */
const MEDIA_TYPES = ['application/json', 'text/plain', 'application/xml', 'text/xml', 'application/x-www-form-urlencoded'];
const BODY_MAX = 100_000;
const JSON_TYPE = { 'content-type': 'application/json' };

const json = (status_code: number, body: unknown): WebhookAnswer => ({ status_code, headers: JSON_TYPE, body: JSON.stringify(body) });

/**
 * What the sender of a webhook gets: `status_code`, `headers` and `body` of a `respond` step or of the answer of a server. A server's answer without
 * these is sent as it is; other functions only say that they ran. A failure does not show its text.
 */
export function toWebhookAnswer(result: CallResult): WebhookAnswer {
  const { status, data, error_code, retryable } = result;
  if (status === 'error') return json(isValidationRejected(result) ? 400 : retryable ? 503 : 500, { status: 'error', error_code });
  const isOfSteps = isObject(data) && isObject(data['steps']) && 'prev' in data;
  const set = isOfSteps ? respondOf(data) : data;
  if (!isObject(set) || !['status_code', 'headers', 'body'].some((key) => Object.hasOwn(set, key)))
    return isOfSteps ? json(200, { status: 'ok' }) : withinLimits(json(200, data));
  const { status_code = 200, headers, body = '' } = set;
  const code = Number(status_code);
  if (!Number.isInteger(code) || code < 200 || code > 599 || (code >= 300 && code < 400)) return WRONG;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return withinLimits({
    status_code: code,
    headers: allowed(headers, typeof body === 'string' ? 'text/plain' : 'application/json'),
    body: text,
  });
}

const WRONG = json(500, { status: 'error', error_code: 'EXT_UNSTRUCTURED_ERROR' });

const withinLimits = (answer: WebhookAnswer): WebhookAnswer => ((answer.body?.length ?? 0) > BODY_MAX ? WRONG : answer);

function respondOf(data: Record<string, unknown>): unknown {
  const directives = Array.isArray(data['directives']) ? (data['directives'] as unknown[]) : [];
  return directives.findLast((directive) => isObject(directive) && directive['action'] === 'respond');
}

function allowed(headers: unknown, mediaType: string): Record<string, string> {
  const given = new Map(
    Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [name.toLowerCase(), toText(value as string)]),
  );
  const kept = HEADERS.flatMap((name) => {
    const value = given.get(name);
    return value !== undefined && /^[\x20-\x7e]{1,200}$/.test(value) ? [[name, value] as const] : [];
  });
  const { 'content-type': type = mediaType, ...others } = Object.fromEntries(kept);
  const [essence = ''] = type.toLowerCase().split(';');
  return { ...others, 'content-type': MEDIA_TYPES.includes(essence.trim()) ? essence.trim() : 'text/plain' };
}
