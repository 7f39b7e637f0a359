import { AppRef, IDS, WebhookAnswer } from '../common.js';
import { operation } from '../define.js';
import { Instant, Json, Nullable, OneOf, Shape, Text } from '../fields.js';
import { NotFound, TooManyRequests, Unauthenticated } from '../problem.js';

/** Webhooks run as this user, in the tenant of the app's developer. */
export const WEBHOOK_USER = '__webhook__';
export const WEBHOOK_METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
export type WebhookMethod = (typeof WEBHOOK_METHODS)[number];
/** Bytes of the body of a webhook. */
export const WEBHOOK_BODY_MAX = 256 * 1024;

@Shape('A request of another party to a webhook of an app.')
export class AppWebhook {
  @Text({ max: 64, ...IDS.app }) app_id!: string;
  @Text({ max: 200, description: 'The path after `/webhook/`, as the manifest declares it.', example: 'orders' }) path!: string;
  @OneOf(WEBHOOK_METHODS, { description: 'The method of the request.' }) method!: WebhookMethod;
  @Json({ bytes: 128 * 1024, description: 'Headers by name, in lower case.' }) headers!: Record<string, string>;
  @Json({ bytes: 128 * 1024, description: 'The query; of a repeated name the last value.' }) query_params!: Record<string, string>;
  @Text({ max: 2 * WEBHOOK_BODY_MAX, description: 'The body in base64.' }) body!: string;
}

export const HEALTH_STATUSES = ['unknown', 'ok', 'degraded', 'down'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

@Shape('How the server of an app has answered its latest calls.')
export class AppHealth {
  @Text(IDS.app) app_id!: string;
  @OneOf(HEALTH_STATUSES, {
    description:
      '`unknown`: no function on a server of its developer was called lately. `ok`: the latest calls were answered. `degraded`: some were not. `down`: none was.',
    example: 'ok',
  })
  status!: HealthStatus;
  @Nullable() @Instant({ description: 'When a call was last looked at; null if none was.' }) checked_at!: Date | null;
}

export const webhookMembers = {
  receiveAppWebhook: operation('Webhook of an app', {
    description:
      'Called by another party. Runs the function `__webhook__` + path with `headers`, `query_params` and `body` (text), if the manifest of the app declares path and method. Its result may set `status_code`, `headers` and `body` of the answer. With a declared `secret_header`, that header must have the secret of the webhook. A delivery that names itself (`Webhook-Id`, `Svix-Id`, `X-GitHub-Delivery`, `X-Gitlab-Event-UUID`, `X-Shopify-Webhook-Id` or `Idempotency-Key`) runs once.',
    input: AppWebhook,
    output: WebhookAnswer,
    problems: [NotFound, Unauthenticated, TooManyRequests],
    spansCalls: true,
  }),
  getAppHealth: operation('Read the health of an app', {
    description: 'Derived from the latest calls of functions that run on a server of the developer. Unknown for every other app.',
    input: AppRef,
    output: AppHealth,
  }),
};
