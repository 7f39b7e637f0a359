import type { IrFault } from './ir-fault.js';
import { isObject, type Ir, type IrFunction, stepsOf, type IrStep, type JsonObject } from './ir.js';
import { findMissingCapability } from './permissions.js';
import { findBindings, findStrings } from './template.js';

/** Keywords that let a schema accept params other than its `properties`. */
const OPEN_KEYWORDS = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas', 'patternProperties', 'unevaluatedProperties'];

/** Finds bindings of undeclared params, steps without their capability and unencrypted addresses, in an IR without errors. */
export function findWarnings({ app }: Ir): IrFault[] {
  const plainMcp = app.mcp && isPlain(app.mcp.url);
  const ofServer = plainMcp ? [{ loc: ['app', 'mcp', 'url'], msg: 'the address of the MCP server is not encrypted: use https' }] : [];
  const ofFunctions = app.functions.flatMap((fn, i) => {
    const params = declaredParams(fn.params_schema);
    const unencrypted = fn.impl.kind === 'http' && isPlain(fn.impl.url);
    const msg = `function '${fn.name}': the address is not encrypted: use https`;
    return [
      ...(unencrypted ? [{ loc: ['app', 'functions', i, 'impl', 'url'], msg }] : []),
      ...stepsOf(fn.impl).flatMap((step, j) => {
        const missing = step.op === 'conditional' ? undefined : findMissingCapability(step, app);
        const found = [
          ...(missing ? [{ loc: ['op'], msg: `${step.op}: ${missing}` }] : []),
          ...(params ? findUnknownParams(step, params) : []),
        ];
        return found.map(({ loc, msg }) => ({
          loc: ['app', 'functions', i, 'impl', 'steps', j, ...loc],
          msg: `function '${fn.name}', step '${step.id}': ${msg}`,
        }));
      }),
    ];
  });
  return [...ofServer, ...ofFunctions];
}

const isPlain = (url: string): boolean => URL.parse(url)?.protocol === 'http:';

function findUnknownParams(step: IrStep, params: ReadonlySet<string>): IrFault[] {
  const bound = step.op === 'conditional' ? { if: step.if } : { args: step.args };
  return [...findStrings(bound)].flatMap(({ text, loc }) =>
    findBindings(text)
      .filter(({ path: [root, name] }) => (root === 'event' || root === 'args') && name !== undefined && !params.has(name))
      .map((binding) => ({ loc, msg: `'${binding.text}' is always empty: params_schema does not declare '${binding.path[1]}'` })),
  );
}

/** The params that a schema declares; undefined if it may accept others. */
function declaredParams(schema: IrFunction['params_schema']): ReadonlySet<string> | undefined {
  const { properties, required, additionalProperties = false }: JsonObject = schema;
  if (!isObject(properties) || additionalProperties !== false || OPEN_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword)))
    return undefined;
  return new Set([...Object.keys(properties), ...(Array.isArray(required) ? required.map(String) : [])]);
}
