import { WebhookAnswer } from '../common.js';
import { operation } from '../define.js';
import { Json, OneOf, Shape, Text } from '../fields.js';
import { BadRequest, Forbidden, NotConfigured, TooLarge } from '../problem.js';
import { TERRA_WEBHOOK_BYTES } from './terra.js';

/** The most bytes that a message of a health provider may have. */
export const VENDOR_MESSAGE_BYTES = TERRA_WEBHOOK_BYTES;

@Shape('A request of a health provider, as it came.')
export class VendorRequest {
  @Text({ max: 200, description: 'What only the provider knows: the end of the address that it was given.', example: '6f1d0c' })
  secret!: string;
  @OneOf(['GET', 'POST'], { description: 'Its method.', example: 'POST' }) method: 'GET' | 'POST' = 'POST';
  @Json({ bytes: 128 * 1024, description: 'Headers by name, in lower case.' }) headers: Record<string, string> = {};
  @Json({ bytes: 128 * 1024, description: 'Parameters of the query by name.' }) query: Record<string, string> = {};
  @Text({ max: Math.ceil(VENDOR_MESSAGE_BYTES / 3) * 4, description: 'The body in base64.' }) body: string = '';
}

const problems = [BadRequest, Forbidden, TooLarge, NotConfigured];

export const vendorMessageMembers = {
  receiveStrava: operation('Receive from Strava', {
    description:
      'Where Strava says what has changed, and checks the address. Strava signs nothing: the end of the address is a secret, and also the verify token. A message that comes again is not taken again.',
    input: VendorRequest,
    output: WebhookAnswer,
    problems,
  }),
  receiveGarmin: operation('Receive from Garmin', {
    description:
      'Where Garmin sends summaries or addresses of such, and says who has ended their consent. Garmin signs nothing: the end of the address is a secret. A message that comes again is not taken again.',
    input: VendorRequest,
    output: WebhookAnswer,
    problems,
  }),
};
