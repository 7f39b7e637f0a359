import type { ErrorForm } from './error-form.js';

const Fault = {
  type: 'object',
  title: 'Fault',
  description: 'One fault of an invalid input.',
  properties: {
    loc: {
      type: 'array',
      items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      description: 'The place of the field: `body`, `query` or `path`, then names and indexes.',
    },
    msg: { type: 'string', description: 'What is wrong with the field.' },
    type: { type: 'string', description: 'The rule that the field violates.' },
    docs_url: { type: 'string', format: 'uri-reference', description: 'The page about this kind of fault, if there is one.' },
  },
  required: ['loc', 'msg', 'type'],
};

const ProblemDetail = {
  type: 'object',
  title: 'ProblemDetail',
  description: 'What is wrong, for the few problems whose clients need more than text.',
  additionalProperties: true,
};

const Problem = {
  type: 'object',
  title: 'Problem',
  description: 'An error (RFC 9457), with a `code` for programs.',
  properties: {
    detail: {
      description: 'What is wrong. Text; for invalid input a list of faults; in a few places an object.',
      anyOf: [
        { type: 'string' },
        { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
        { $ref: '#/components/schemas/ProblemDetail' },
      ],
    },
    code: { type: 'string', examples: ['invalid_input'], description: 'The kind of problem, for programs.' },
    title: { type: 'string', description: 'One sentence about this kind of problem.' },
    status: { type: 'integer', description: 'The HTTP status.' },
    type: { type: 'string', format: 'uri-reference', description: 'The page about this kind of problem.' },
    instance: { type: 'string', format: 'uri-reference', description: 'Identifies this request in the logs.' },
  },
  required: ['detail', 'code', 'title', 'status', 'type', 'instance'],
};

/** Errors as RFC 9457, the default. */
export const problemJson: ErrorForm = {
  name: 'Problem',
  contentType: 'application/problem+json',
  bodyOf: (problem) => problem,
  schemaOf: (status, codes) => ({
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { code: { type: 'string', enum: codes }, status: { type: 'integer', const: status } },
  }),
  schemas: { Fault, ProblemDetail, Problem },
};
