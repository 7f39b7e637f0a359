const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** The contract of `webhooks/stripe.controller.ts`, which is no line of a table: what is signed is the body's bytes. */
export const stripeWebhook = {
  operationId: 'stripeWebhook',
  summary: 'Take what Stripe tells by itself',
  description: 'Stripe signs the bytes of the body. What has been taken before, or is of a kind that concerns nobody, is answered alike.',
  tags: ['billing'],
  security: [],
  parameters: [{ name: 'Stripe-Signature', in: 'header', required: true, schema: { type: 'string' } }],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
  },
  responses: {
    200: {
      description: 'It has been taken.',
      content: { 'application/json': { schema: { type: 'object', properties: { received: { type: 'boolean' } } } } },
    },
    400: problem('Nobody who may has signed this, just now.'),
    413: problem('The body is larger than 256 KiB.'),
    415: problem('The body is not JSON.'),
    429: problem('Too many requests; `Retry-After` says how many seconds to wait.'),
    503: problem('A part of the service is away. Send it again.'),
  },
};
