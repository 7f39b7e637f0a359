import { type Answer, type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnySchema, Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { openApi } from '../src/openapi/document.js';
import { cloud } from '../src/apis/cloud/index.js';
import { type DocumentedResponse, type Document, type Operation, operationsOf } from './contract/operations.js';
import { isServerError } from './server-error.js';

const document = JSON.parse(JSON.stringify(openApi(cloud))) as Document;
const operations = operationsOf(document);
/** Requests per operation and kind of caller. */
const DEFAULT_RUNS = 2;
const { SKEP_TEST_SEQUENCES = DEFAULT_RUNS, SKEP_TEST_SEED = Math.floor(Math.random() * 2 ** 31) } = process.env;
const seed = Number(SKEP_TEST_SEED);

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv, ['date-time', 'email', 'uri-reference']);
ajv.addSchema({ ...document } as AnySchema, 'openapi');
/** The faults of a body by a schema with references into the document; '' for a valid body. */
const faultsOf = (schema: object, body: unknown): string => {
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as AnySchema;
  return ajv.validate(absolute, body) ? '' : ajv.errorsText();
};

/** How an answer violates the contract; '' for one that does not. */
function violationOf({ responses }: Pick<Operation, 'responses'>, answer: Answer): string {
  const { status, headers, text, json } = answer;
  const documented: DocumentedResponse | undefined = responses[status];
  if (isServerError(answer)) return `${status} ${text}`;
  if (!documented) return `the status ${status} is not documented: ${text}`;
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const content = documented.content[type];
  if (!content) return `${status} has the undocumented content type ${type}`;
  // Waiting does not help where a feature is not configured.
  const missing = Object.keys(documented.headers ?? {}).filter((name) => name === 'Retry-After' && status < 500 && !headers.has(name));
  if (missing.length) return `${status} lacks ${missing.join()}`;
  return type === 'text/event-stream' ? '' : faultsOf(content.schema, json) && `${status} ${faultsOf(content.schema, json)}: ${text}`;
}

let skep: Skep;
let callers: Record<string, () => Promise<Record<string, string>>>;

/** Creates another user when the session has ended, because some operations end it. */
const signIn = (create: () => Promise<TestUser>) => {
  let person: TestUser | undefined;
  return async () => {
    const isValid = person && (await skep.http('GET', '/v1/auth/me', { token: person.access })).status === 200;
    if (!isValid) person = await create();
    return { authorization: `Bearer ${person!.access}` };
  };
};

beforeAll(async () => {
  skep = await startSkep();
  const owner = await skep.signUpUser();
  const { json } = await skep.http('POST', '/v1/keys', { token: owner.access, body: { name: 'all', scopes: '*' } });
  callers = {
    anonymous: () => Promise.resolve({}),
    user: signIn(() => skep.signUpUser()),
    admin: signIn(() => skep.signInAdmin()),
    service: () => Promise.resolve({ 'x-service-token': skep.serviceToken }),
    'service for a user': () => Promise.resolve({ 'x-service-token': skep.serviceToken, 'x-acting-user': owner.id }),
    'API key': () => Promise.resolve({ 'x-api-key': String(json['key']) }),
  };
});
afterAll(() => skep?.close());

/** Sends a request. Aborts the event stream after its headers. */
async function send({ method, id }: Operation, url: string, request: object): Promise<Answer> {
  if (id !== 'streamEvents') return skep.http(method, url, request);
  const ended = new AbortController();
  const answer = await fetch(skep.url + url, { ...request, signal: ended.signal });
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
  const text = isStream ? '' : await answer.text();
  ended.abort();
  return { status: answer.status, headers: answer.headers, text, json: (isStream ? {} : JSON.parse(text)) as Answer['json'], rows: [] };
}

describe('every operation', () => {
  it.each(['anonymous', 'user', 'admin', 'service', 'service for a user', 'API key'])(
    'answers %s with a status, a content type and a body that the contract documents',
    async (caller) => {
      const violations: string[] = [];
      for (const operation of operations) {
        const credential = await callers[caller]!();
        for (const { url, request } of fc.sample(operation.requests, { seed, numRuns: Number(SKEP_TEST_SEQUENCES) })) {
          const answer = await send(operation, url, { ...request, headers: { ...request.headers, ...credential } });
          const violation = violationOf(operation, answer);
          if (violation)
            violations.push(
              `${operation.method} ${url.slice(0, 200)} ${JSON.stringify(request).slice(0, 500)}: ${violation.slice(0, 800)}`,
            );
        }
      }
      expect([`SKEP_TEST_SEED=${seed}`, ...violations]).toEqual([`SKEP_TEST_SEED=${seed}`]);
    },
    600_000,
  );
});

describe('the check against the contract', () => {
  const plans = operations.find(({ id }) => id === 'listPlans')!;
  const json = { 'content-type': 'application/json' };
  it.each([
    ['a status', 418, json, []],
    ['a content type', 200, { 'content-type': 'text/html' }, []],
    ['a body', 200, json, { plans: 1 }],
    ['the code of a problem', 429, { 'content-type': 'application/problem+json', 'retry-after': '1' }, { code: 'odd' }],
    ['a header that a client waits for', 429, { 'content-type': 'application/problem+json' }, {}],
  ])('detects %s that is not documented', (_, status, headers, body) => {
    const answer = {
      status,
      headers: new Headers(headers as Record<string, string>),
      text: '',
      json: body as unknown as Answer['json'],
      rows: [],
    };
    expect(violationOf(plans, answer)).not.toBe('');
  });
});
