import { fieldsOf, type Place } from '@skep/contracts';
import { builtins } from '@skep/contracts/builtins';
import type { Json } from '../openapi/json.js';
import type { Described, Exchange } from '../route.js';
import { jsonExchange } from './json-exchange.js';

/** The functions of built-in extensions that take an IR or a manifest, with their inputs. */
const described = Object.entries(builtins).flatMap(([app_id, { functions }]) =>
  Object.entries(functions).flatMap(
    ([
      name,
      {
        operation: { input },
      },
    ]) => (fieldsOf(input).some(({ content }) => content) ? [{ app_id, name, input }] : []),
  ),
);

/** A call of a function: JSON, whose description also says what such functions take. Functions of other apps may have their names. */
export const callExchange: Exchange = {
  ...jsonExchange,
  describe: ({ requestBody, ...json }: Described, _route, place: Place): Described => {
    const body = requestBody as { content: { 'application/json': { schema: Json } } };
    const content = body.content['application/json'];
    // A chain of conditions, which generators of clients ignore: for them any object is a call's params.
    const condition = described.reduceRight<Json>(
      (others, { app_id, name, input }) => ({
        if: { required: ['function'], properties: { function: { const: name } } },
        then: {
          properties: {
            params: {
              description: `For the app \`${app_id}\`, what its function takes; for another app, any object.`,
              anyOf: [place(input), { type: 'object', additionalProperties: true }],
            },
          },
        },
        ...(Object.keys(others).length && { else: others }),
      }),
      {},
    );
    const schema = { ...content.schema, ...condition };
    return { ...json, requestBody: { ...body, content: { 'application/json': { ...content, schema } } } };
  },
};
