import { textOfFaults } from '@skep/contracts';
import type { ErrorForm } from '../../http/error-form.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';
/** RFC 7644 §3.12. */
const TYPES: Readonly<Record<string, string>> = {
  invalid_input: 'invalidValue',
  scim_uniqueness: 'uniqueness',
  scim_filter_invalid: 'invalidFilter',
  scim_patch_invalid: 'invalidValue',
};

const ScimError = {
  type: 'object',
  title: 'ScimError',
  description: 'An error of SCIM (RFC 7644 §3.12).',
  properties: {
    schemas: { type: 'array', items: { type: 'string', const: ERROR_SCHEMA }, description: 'URI of the schema.' },
    status: { type: 'string', description: 'The HTTP status, as text.' },
    scimType: { type: 'string', enum: [...new Set(Object.values(TYPES))], description: 'The kind of error, of some.' },
    detail: { type: 'string', description: 'What is wrong, as text.' },
  },
  required: ['schemas', 'status', 'detail'],
};

/** The errors of SCIM. An invalid input is 400. */
export const scimErrors: ErrorForm = {
  name: 'Scim',
  contentType: 'application/scim+json; charset=utf-8',
  statusOf: ({ status }) => (status === 422 ? 400 : status),
  bodyOf: ({ code, status, detail, title }) => ({
    schemas: [ERROR_SCHEMA],
    status: String(status === 422 ? 400 : status),
    ...(TYPES[code] && { scimType: TYPES[code] }),
    detail: Array.isArray(detail) ? textOfFaults(detail) : typeof detail === 'string' ? detail : title,
  }),
  schemaOf: () => ({ $ref: '#/components/schemas/ScimError' }),
  schemas: { ScimError },
};
