import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem, TooLarge } from '../problem.js';
import { Overlap, OVERLAP_HOURS, RotatedSecret } from './secret-rotation.js';

export const WEBHOOK_PRESETS = ['generic', 'github', 'stripe', 'slack'] as const;
export type WebhookPreset = (typeof WEBHOOK_PRESETS)[number];
export const WEBHOOK_EVENT_STATUSES = ['pending', 'processed', 'failed'] as const;
export type WebhookEventStatus = (typeof WEBHOOK_EVENT_STATUSES)[number];
/** Bytes of the body of a delivery. */
export const DELIVERY_MAX = 1_000_000;
/** How many webhooks a person may have. */
export const WEBHOOKS_MAX = 200;

const docs = {
  id: { description: 'Id of the webhook.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  name: { description: 'Name of the webhook; the agent is told it.', example: 'GitHub push' },
  slug: { description: 'Last part of its address: letters, digits, `-` and `_`. Nobody else has the same.', example: 'github-push-4f9a' },
  preset: { description: 'Whose signatures it expects.', example: 'github' },
  template: {
    description: 'Text for the agent, filled with `payload` and `headers`. Without one, or if it fails, the payload as JSON.',
    example: 'New push to {{ payload.repository.name }}',
  },
  conversation: { description: 'Conversation in which the agent is told the text.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' },
  trigger_agent: { description: 'Whether the agent runs, if there is a conversation.', example: true },
  enabled: { description: 'Whether deliveries are taken.', example: true },
  receive_url: { description: 'Where senders deliver.', example: '/api/webhooks/receive/github-push-4f9a' },
  created_at: { description: 'When it was created.' },
  event: { description: 'Id of the delivery.', example: 'b1f0c1de-92c4-4c53-8c0d-51f0d1c4a7aa' },
} satisfies Record<string, FieldDocs>;
const TEMPLATE_MAX = 20_000;
const Name = () => Text({ min: 1, max: 200, ...docs.name });
const Template = () => Text({ max: TEMPLATE_MAX, ...docs.template });
const ConversationId = () => Text({ max: 200, ...docs.conversation });
const Preset = () => OneOf(WEBHOOK_PRESETS, docs.preset);

@Shape('A webhook to create.')
export class CreateInboundWebhook {
  @Name() name!: string;
  @Optional() @Text({ min: 3, max: 100, pattern: /^[A-Za-z0-9_-]+$/, ...docs.slug }) slug?: string;
  @Optional()
  @Nullable()
  @Text({
    max: 200,
    description: 'Key of the signatures; generated if it is left out. With null or an empty text signatures are not verified.',
  })
  secret?: string | null;
  @Preset() preset: WebhookPreset = 'generic';
  @Optional() @Template() template?: string;
  @Optional() @ConversationId() target_conversation_id?: string;
  @Optional() @Text({ max: 200, ...docs.conversation, description: 'The same as `target_conversation_id`.' }) conversation_id?: string;
  @Bool(docs.trigger_agent) trigger_agent: boolean = true;
}

@Shape('A new webhook. Its secret is shown this once.')
export class CreatedInboundWebhook {
  @Text(docs.id) id!: string;
  @Name() name!: string;
  @Text(docs.slug) slug!: string;
  @Nullable() @Text({ description: 'Key of the signatures; null for none.', example: 'a1b2c3d4e5f60718' }) secret!: string | null;
  @Preset() preset!: WebhookPreset;
  @Text(docs.receive_url) receive_url!: string;
}

@Shape('A webhook of yours.')
export class InboundWebhook {
  @Text(docs.id) id!: string;
  @Name() name!: string;
  @Text(docs.slug) slug!: string;
  @Bool(docs.enabled) enabled!: boolean;
  @Preset() preset!: WebhookPreset;
  @Bool(docs.trigger_agent) trigger_agent!: boolean;
  @Text(docs.receive_url) receive_url!: string;
  @Bool({ description: 'Whether signatures are verified.', example: true }) has_secret!: boolean;
  @Text({ max: TEMPLATE_MAX, ...docs.template }) template!: string;
  @Nullable() @ConversationId() target_conversation_id!: string | null;
  @Instant(docs.created_at) created_at!: Date;
}

@Shape('Your webhooks.')
export class InboundWebhookList {
  @List(() => InboundWebhook, { description: 'The newest first.' }) webhooks!: InboundWebhook[];
}

@Shape('Identifies a webhook of yours.')
export class InboundWebhookRef {
  @Text({ max: 200, ...docs.id }) webhook_id!: string;
}

@Shape('New values of a webhook. Fields that are left out stay.')
export class UpdateInboundWebhook extends InboundWebhookRef {
  @Optional() @Name() name?: string;
  @Optional() @Bool(docs.enabled) enabled?: boolean;
  @Optional() @Template() template?: string;
  @Optional() @Nullable() @ConversationId() target_conversation_id?: string | null;
  @Optional() @Bool(docs.trigger_agent) trigger_agent?: boolean;
  @Optional() @Preset() preset?: WebhookPreset;
}

@Shape('Replaces the secret of a webhook.')
export class RotateInboundWebhook extends InboundWebhookRef {
  @Optional()
  @Text({ min: 1, max: 200, description: 'The new secret, such as one that the sender has made; generated if it is left out.' })
  secret?: string;
  @Overlap() overlap_hours: number = OVERLAP_HOURS;
}

@Shape('What has become of it.')
export class InboundWebhookStatus {
  @Text({ description: '`updated` or `deleted`.', example: 'updated' }) status!: string;
}

@Shape('Which deliveries to list.')
export class ListInboundWebhookEvents extends InboundWebhookRef {
  @Int({ min: 1, max: 200, description: 'Maximum number of deliveries.' }) limit: number = 20;
}

@Shape('A delivery to a webhook.')
export class InboundWebhookEvent {
  @Text(docs.event) id!: string;
  @OneOf(WEBHOOK_EVENT_STATUSES, { description: '`processed`, or `failed`: it was not taken.', example: 'processed' })
  status!: WebhookEventStatus;
  @Nullable() @Text({ max: 100_000, description: 'The filled template; null if it was not taken.' }) processed_content!: string | null;
  @Nullable() @Text({ description: 'Why it was not taken.' }) error!: string | null;
  @Instant({ description: 'When it came.' }) created_at!: Date;
}

@Shape('Deliveries to a webhook, the newest first. They are kept for seven days.')
export class InboundWebhookEventList {
  @List(() => InboundWebhookEvent, { description: 'The deliveries.' }) events!: InboundWebhookEvent[];
}

@Shape('A delivery to a webhook.')
export class ReceiveInboundWebhook {
  @Text({ max: 200, ...docs.slug }) slug!: string;
  @Json({ bytes: 128 * 1024, description: 'Headers by name, in lower case.' }) headers!: Record<string, string>;
  @Text({ max: 1_400_000, description: 'The body in base64.' }) body: string = '';
}

@Shape('A delivery was taken.')
export class InboundWebhookReceipt {
  @Text({ description: 'Always `ok`.', example: 'ok' }) status!: string;
  @Text({ ...docs.event, description: 'Id of the delivery; of one that repeats, that of the first.' }) event_id!: string;
}

@Shape('A delivery to try a webhook with.')
export class TestInboundWebhook extends InboundWebhookRef {
  @Json({ bytes: 256 * 1024, description: 'What the sender would send.', example: { repository: { name: 'skep' } } })
  payload: Record<string, unknown> = {};
}

@Shape('How a webhook fills its template.')
export class TestedInboundWebhook extends InboundWebhookReceipt {
  @Text({ max: 100_000, description: 'The filled template.', example: 'New push to skep' }) processed!: string;
}

@Shape('Identifies a delivery to a webhook of yours.')
export class InboundWebhookEventRef extends InboundWebhookRef {
  @Text({ max: 200, ...docs.event }) event_id!: string;
}

export const InboundWebhookNotFound = problem('webhook_not_found', 404, 'Webhook not found');
export const InboundWebhookDisabled = problem('webhook_disabled', 403, 'Webhook disabled');
export const InvalidSignature = problem('invalid_signature', 401, 'Invalid signature');
export const SlugTaken = problem('slug_taken', 409, 'Another webhook has this slug.');
export const TooManyWebhooks = problem('too_many_webhooks', 429, `You have ${WEBHOOKS_MAX} webhooks, the maximum. Delete one first.`);

export const webhookMembers = {
  createInboundWebhook: operation('Create a webhook', {
    description: 'Other parties deliver to its address. Its secret is shown only in this answer.',
    input: CreateInboundWebhook,
    output: CreatedInboundWebhook,
    scope: 'automations:write',
    problems: [SlugTaken, TooManyWebhooks],
    secret: true,
  }),
  listInboundWebhooks: operation('List your webhooks', {
    description: 'The newest first, without their secrets.',
    input: Empty,
    output: InboundWebhookList,
    scope: 'automations:read',
  }),
  getInboundWebhook: operation('Read a webhook', {
    description: 'Without its secret.',
    input: InboundWebhookRef,
    output: InboundWebhook,
    scope: 'automations:read',
    problems: [InboundWebhookNotFound],
  }),
  updateInboundWebhook: operation('Change a webhook', {
    description: 'Fields that are left out stay.',
    input: UpdateInboundWebhook,
    output: InboundWebhookStatus,
    scope: 'automations:write',
    problems: [InboundWebhookNotFound],
  }),
  rotateInboundWebhook: operation('Replace the secret of a webhook', {
    description: 'Signatures of the former secret are accepted for a day, so that the sender can be changed meanwhile.',
    input: RotateInboundWebhook,
    output: RotatedSecret,
    scope: 'automations:write',
    problems: [InboundWebhookNotFound],
    secret: true,
  }),
  deleteInboundWebhook: operation('Delete a webhook', {
    description: 'With its deliveries.',
    input: InboundWebhookRef,
    output: InboundWebhookStatus,
    scope: 'automations:delete',
    problems: [InboundWebhookNotFound],
  }),
  listInboundWebhookEvents: operation('List the deliveries to a webhook', {
    description: 'The newest first. Deliveries are kept for seven days; of those with a wrong signature at most 50 in an hour.',
    input: ListInboundWebhookEvents,
    output: InboundWebhookEventList,
    scope: 'automations:read',
    problems: [InboundWebhookNotFound],
  }),
  replayInboundWebhookEvent: operation('Process a delivery again', {
    description: 'Fills the template as it is now, and tells the agent. The answer names a new delivery.',
    input: InboundWebhookEventRef,
    output: TestedInboundWebhook,
    scope: 'automations:write',
    problems: [InboundWebhookNotFound],
  }),
  testInboundWebhook: operation('Try a webhook', {
    description: 'Fills the template and keeps the delivery. No signature is needed, and no agent runs.',
    input: TestInboundWebhook,
    output: TestedInboundWebhook,
    scope: 'automations:write',
    problems: [InboundWebhookNotFound],
  }),
  receiveInboundWebhook: operation('Webhook of a person', {
    description:
      'Of any media type; a body that is no JSON is `payload.raw`. The signature is verified; signatures of Stripe and Slack are valid for five minutes. A delivery that repeats is taken once. The agent runs after the answer.',
    input: ReceiveInboundWebhook,
    output: InboundWebhookReceipt,
    problems: [InboundWebhookNotFound, InboundWebhookDisabled, InvalidSignature, TooLarge],
  }),
};
