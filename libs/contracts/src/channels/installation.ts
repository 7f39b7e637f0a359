import { WebhookAnswer } from '../common.js';
import { operation } from '../define.js';
import { Json, OneOf, Shape, Text } from '../fields.js';
import { Forbidden, NotConfigured, TooLarge } from '../problem.js';
import { InvalidVendorSignature } from './bridge.js';

/** Bytes of a delivery of Meta: https://developers.facebook.com/docs/graph-api/webhooks */
export const META_REQUEST_MAX = 3 * 1024 * 1024;
/** Bytes of a delivery of Heylo. */
export const HEYLO_REQUEST_MAX = 1024 * 1024;

@Shape('A request of a party that delivers to the installation, as it came.')
export class ReceivedRequest {
  @OneOf(['GET', 'POST'], { description: 'Its method.', example: 'POST' }) method: 'GET' | 'POST' = 'POST';
  @Json({ bytes: 128 * 1024, description: 'Headers by name, in lower case.' }) headers: Record<string, string> = {};
  @Json({ bytes: 128 * 1024, description: 'Parameters of the query by name.' }) query: Record<string, string> = {};
  @Text({ max: Math.ceil(META_REQUEST_MAX / 3) * 4, description: 'The body in base64.' }) body: string = '';
}

export const installationMembers = {
  receiveFromWhatsApp: operation('Receive from WhatsApp', {
    description:
      'Where Meta delivers what is written to the number of the installation, and checks the address. Signed with `X-Hub-Signature-256`. A message that comes again is not taken again.',
    input: ReceivedRequest,
    output: WebhookAnswer,
    problems: [InvalidVendorSignature, Forbidden, TooLarge, NotConfigured],
    spansCalls: true,
  }),
  receiveFromHeylo: operation('Receive from Heylo', {
    description:
      'Where Heylo delivers events `{id, type, created_at, community_id, data}`. Heylo publishes no contract of webhooks: the form is ours. Signed with `X-Heylo-Signature: t=…,v1=…`, an HMAC-SHA256 of time, dot and body, at most five minutes ago. An event that comes again is not stored again; unknown types are stored, too.',
    input: ReceivedRequest,
    output: WebhookAnswer,
    problems: [InvalidVendorSignature, TooLarge, NotConfigured],
  }),
};
