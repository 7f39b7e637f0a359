import { didYouMean } from '@skep/contracts/authoring';
import { builtins } from '@skep/contracts/builtins';
import { type IrFault, isWithin, type Loc } from './ir-fault.js';
import { type ActionStep, isObject, type Ir, type IrApp, type IrFunction, stepsOf, type IrStep, type JsonObject } from './ir.js';
import { findMissingCapability } from './permissions.js';
import { findBindings, findStrings } from './template.js';
import { argsOf, findUnknownArgs } from './verbs.js';

/** Keywords that let a schema accept params other than its `properties`. */
const OPEN_KEYWORDS = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas', 'patternProperties', 'unevaluatedProperties'];

/**
 * Finds bindings of undeclared params, unknown arguments, steps without their capability and unencrypted addresses.
 * @param errors of the IR: steps that have one are left out
 */
export function findWarnings({ app }: Ir, errors: readonly IrFault[]): IrFault[] {
  const warn = (msg: string): Pick<IrFault, 'code' | 'msg'> => ({ code: 'unencrypted-address', msg });
  const plainMcp = app.mcp && isPlain(app.mcp.url);
  const ofServer = plainMcp ? [{ loc: ['app', 'mcp', 'url'], ...warn('the address of the MCP server is not encrypted: use https') }] : [];
  const ofFunctions = app.functions.flatMap((fn, i) => {
    const place: Loc = ['app', 'functions', i, 'impl'];
    const unencrypted = fn.impl.kind === 'http' && isPlain(fn.impl.url);
    const params = declaredParams(fn.params_schema);
    return [
      ...(unencrypted ? [{ loc: [...place, 'url'], ...warn(`function '${fn.name}': the address is not encrypted: use https`) }] : []),
      ...stepsOf(fn.impl).flatMap((step, j) => {
        const at = [...place, 'steps', j];
        if (errors.some(({ loc }) => isWithin(loc, at))) return [];
        return findInStep(step, app, params).map(({ code, loc, msg }) => ({
          code,
          loc: [...at, ...loc],
          msg: `function '${fn.name}', step '${step.id}': ${msg}`,
        }));
      }),
    ];
  });
  return [...ofServer, ...ofFunctions];
}

/** The warnings of one step, with their place in it. */
function findInStep(step: IrStep, app: IrApp, params: ReadonlySet<string> | undefined): IrFault[] {
  const ofAction = step.op === 'conditional' ? [] : [...findCallFaults(step, app), ...findIgnoredArgs(step)];
  return [...ofAction, ...(params ? findUnknownParams(step, params) : [])];
}

function findCallFaults(step: ActionStep, app: IrApp): IrFault[] {
  const { app_id, function: name } = step.op === 'call' ? step.args : {};
  const functions = typeof app_id === 'string' ? builtins[app_id]?.functions : undefined;
  if (functions && typeof name === 'string' && !Object.hasOwn(functions, name) && findBindings(name).length === 0) {
    const msg = `call: '${String(app_id)}' has no function '${name}'${didYouMean(name, Object.keys(functions))}`;
    return [{ code: 'unknown-function', loc: ['args', 'function'], msg }];
  }
  const missing = findMissingCapability(step, app);
  return missing ? [{ code: 'missing-capability', loc: ['op'], msg: `${step.op}: ${missing}` }] : [];
}

const findIgnoredArgs = ({ op, args }: ActionStep): IrFault[] =>
  findUnknownArgs(op, args).map((arg) => ({
    code: 'unknown-argument' as const,
    loc: ['args', arg],
    msg: `${op} has no argument '${arg}'${didYouMean(arg, argsOf(op), ': it is ignored')}`,
  }));

const isPlain = (url: string): boolean => URL.parse(url)?.protocol === 'http:';

function findUnknownParams(step: IrStep, params: ReadonlySet<string>): IrFault[] {
  const bound = step.op === 'conditional' ? { if: step.if } : { args: step.args };
  return [...findStrings(bound)].flatMap(({ text, loc }) =>
    findBindings(text)
      .filter(({ path: [root, name] }) => (root === 'event' || root === 'args') && name !== undefined && !params.has(name))
      .map(({ text: binding, path: [, name = ''] }) => ({
        code: 'unknown-param' as const,
        loc,
        msg: `'${binding}' is always empty: params_schema does not declare '${name}'${didYouMean(name, params)}`,
      })),
  );
}

/** The params that a schema declares; undefined if it may accept others. */
function declaredParams(schema: IrFunction['params_schema']): ReadonlySet<string> | undefined {
  const { properties, required, additionalProperties = false }: JsonObject = schema;
  if (!isObject(properties) || additionalProperties !== false || OPEN_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword)))
    return undefined;
  return new Set([...Object.keys(properties), ...(Array.isArray(required) ? required.map(String) : [])]);
}
