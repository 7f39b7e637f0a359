import { Empty, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { type FieldDocs, Instant, Int, List, Optional, Shape, Text } from '../fields.js';
import { BadRequest, InvalidInput, NotConfigured, NotFound, TooManyRequests, Unauthenticated } from '../problem.js';
import { ConnectionFailed } from './account.js';

/** The most bytes that a webhook of Terra may have. */
export const TERRA_WEBHOOK_BYTES = 1 << 20;

const docs = {
  expires_in: { description: 'Seconds until it expires.', example: 900 },
  delivery_id: { description: 'Id of what has arrived.', example: '0192c6a8-5f1e-7e51-9d27-1f6f0f1f9a10' },
  type: { description: 'Kind of the data, as the sender names it.', example: 'activity' },
  provider: { description: 'Id of the health provider.', example: 'terra-fitbit' },
  connection_id: { description: 'Id of the connection.', example: 'hc_9f2c' },
} satisfies Record<string, FieldDocs>;

const Url = (when: string) =>
  Text({ max: 2000, description: `Where the browser goes ${when}: an address that RETURN_TO_ALLOW allows.`, example: 'myapp://connected' });

@Shape('A widget in which you connect a wearable.')
export class OpenTerraSession {
  @Optional()
  @List('text', {
    max: 100,
    length: 50,
    description: 'Providers to choose from, by their names at Terra; by default all.',
    example: ['FITBIT'],
  })
  providers?: string[];
  @Optional()
  @Text({ min: 2, max: 35, pattern: /^[A-Za-z0-9-]+$/, description: 'Language of the widget.', example: 'en' })
  language?: string;
  @Optional() @Url('afterwards') success_url?: string;
  @Optional() @Url('if it fails') failure_url?: string;
}

@Shape('An open widget.')
export class TerraSession {
  @Text({ description: 'Id of the session at Terra.', example: '250c68b9' }) session_id!: string;
  @Text({ description: 'Address of the widget.', example: 'https://widget.tryterra.co/session/250c68b9' }) url!: string;
  @Int(docs.expires_in) expires_in!: number;
}

@Shape('A token for the SDK of Terra on a phone.')
export class TerraSdkToken {
  @Text({ description: 'The token. It works once.', example: '9d1c7a' }) token!: string;
  @Int({ ...docs.expires_in, example: 180 }) expires_in!: number;
}

@Shape('A webhook of Terra, unchanged.')
export class TerraWebhook {
  @Text({ max: 2000, description: '`terra-signature`.', example: 't=1782034200,v1=5f0c' }) signature: string = '';
  @Text({ max: 2000, description: '`x-terra-signature`, the newer name of the same header.', example: 't=1782034200,v1=5f0c' })
  x_signature: string = '';
  @Text({ max: 200, description: '`x-terra-trace-id`, by which repeated deliveries are recognised.', example: '1f6f0f1f9a10' })
  trace_id: string = '';
  @Text({ max: Math.ceil(TERRA_WEBHOOK_BYTES / 3) * 4, description: 'The body in base64.' }) body: string = '';
}

@Shape('Identifies health data that has arrived.')
export class HealthDeliveryRef {
  @Text({ min: 1, max: 64, ...docs.delivery_id }) delivery_id!: string;
}

@Shape('Health data that has arrived, as its sender wrote it.')
export class HealthDelivery {
  @Text(docs.provider) provider!: string;
  @Text(docs.connection_id) connection_id!: string;
  @Text(docs.type) type!: string;
  @Text({ max: TERRA_WEBHOOK_BYTES, description: 'The JSON text of the sender.', example: '{"type":"activity","data":[]}' })
  payload!: string;
  @Instant({ description: 'When it arrived.' }) received_at!: Date;
}

@Shape('Health data of a person has arrived. `getHealthDelivery` reads it, for a week.')
export class HealthReceived {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(docs.provider) provider!: string;
  @Text(docs.connection_id) connection_id!: string;
  @Text(docs.delivery_id) delivery_id!: string;
  @Text(docs.type) type!: string;
}

const scope = 'coach:use';

export const terraMembers = {
  openTerraSession: operation('Open a widget to connect a wearable', {
    description: 'The widget is that of Terra, which learns your id and nothing else about you.',
    input: OpenTerraSession,
    output: TerraSession,
    problems: [InvalidInput, NotConfigured, TooManyRequests, ConnectionFailed],
    secret: true,
    spansCalls: true,
    scope,
  }),
  createTerraSdkToken: operation('Get a token for the SDK of Terra', {
    description: 'With it an app on a phone connects what only the phone can read, such as Apple Health.',
    input: Empty,
    output: TerraSdkToken,
    problems: [NotConfigured, TooManyRequests, ConnectionFailed],
    secret: true,
    spansCalls: true,
    scope,
  }),
  receiveTerra: operation('Terra webhook', {
    description:
      'Called by Terra, which signs the bytes and the time. A signature is good for five minutes, and each delivery counts once. What is about people whom no one knows here gets the same answer.',
    input: TerraWebhook,
    output: Empty,
    problems: [BadRequest, Unauthenticated, NotConfigured],
    spansCalls: true,
  }),
  getHealthDelivery: operation('Read health data that has arrived (services only)', {
    description: 'For the acting user.',
    input: HealthDeliveryRef,
    output: HealthDelivery,
    problems: [NotFound],
  }),
  healthReceived: event(HealthReceived),
};
