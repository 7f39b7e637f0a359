import { AppRef } from '../common.js';
import { list, operation } from '../define.js';
import { OneOf, Shape, Text } from '../fields.js';
import { WEBHOOK_METHODS, type WebhookMethod } from '../kernel/index.js';
import { DeveloperAppNotFound } from './app.js';

@Shape('A webhook of an app.')
export class ListedWebhook {
  @Text({ description: 'Path below `/v1/ext/{app_id}/webhook`.', example: '/orders' }) path!: string;
  @OneOf(WEBHOOK_METHODS, { description: 'The method of its requests.', example: 'POST' }) method!: WebhookMethod;
}

export const webhookMembers = {
  listWebhooks: operation('List the webhooks of an app', {
    description: 'Public. The webhooks that the approved release declares, without the names of their secret headers.',
    input: AppRef,
    output: list(ListedWebhook),
    problems: [DeveloperAppNotFound],
    spansCalls: true,
  }),
};
