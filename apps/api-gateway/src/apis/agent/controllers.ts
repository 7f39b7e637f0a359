import { HeadersTooLarge, TooManyRequests } from '@skep/contracts';
import type { ProblemAnswers } from '../../openapi/answers.js';
import type { Json } from '../../openapi/json.js';

/** The operations of controllers, which are not in the route tables, by path and method. */
export const controllers = (problems: ProblemAnswers): Record<string, Record<string, Json>> => ({
  '/api/health': {
    get: {
      operationId: 'getAgentHealth',
      summary: 'Health check',
      description: 'Answers as soon as the gateway accepts requests.',
      tags: ['gateway'],
      security: [],
      responses: {
        200: {
          description: 'The gateway is running.',
          headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  status: { type: 'string', description: 'Always `healthy`.' },
                  version: { type: 'string', description: 'Version of Skep.' },
                },
                required: ['status', 'version'],
              },
              example: { status: 'healthy', version: '0.1.0' },
            },
          },
        },
        ...problems.byStatus([TooManyRequests, HeadersTooLarge]),
      },
    },
  },
});
