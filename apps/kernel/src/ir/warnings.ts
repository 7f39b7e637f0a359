import type { IrFault } from './check-ir.js';
import { isObject, type Ir, type IrFunction, type IrStep, type JsonObject } from './ir.js';
import { lackOf } from './permissions.js';
import { bindingsOf, textsOf } from './template.js';

/** Keywords by which a schema takes params that its `properties` do not name. */
const OPEN = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas', 'patternProperties', 'unevaluatedProperties'];

/** What of a good app's functions gets nothing, or needs a capability that the app does not list. */
export function warningsOf({ app }: Ir): IrFault[] {
  return app.functions.flatMap((fn, i) => {
    const names = namesOf(fn.params_schema);
    return fn.impl.steps.flatMap((step, j) => {
      const lack = step.op === 'conditional' ? undefined : lackOf(step, app);
      const found = [...(lack ? [{ loc: ['op'], msg: `${step.op}: ${lack}` }] : []), ...(names ? unnamed(step, names) : [])];
      return found.map(({ loc, msg }) => ({
        loc: ['app', 'functions', i, 'impl', 'steps', j, ...loc],
        msg: `function '${fn.name}', step '${step.id}': ${msg}`,
      }));
    });
  });
}

function unnamed(step: IrStep, names: ReadonlySet<string>): IrFault[] {
  const bound = step.op === 'conditional' ? { if: step.if } : { args: step.args };
  return [...textsOf(bound)].flatMap(({ text, loc }) =>
    bindingsOf(text)
      .filter(({ path: [root, name] }) => (root === 'event' || root === 'args') && name !== undefined && !names.has(name))
      .map((binding) => ({ loc, msg: `'${binding.text}' is empty: params_schema names no '${binding.path[1]}'` })),
  );
}

/** The params that a schema names, where it says what they all are. */
function namesOf(schema: IrFunction['params_schema']): ReadonlySet<string> | undefined {
  const { properties, required, additionalProperties = false }: JsonObject = schema;
  if (!isObject(properties) || additionalProperties !== false || OPEN.some((keyword) => Object.hasOwn(schema, keyword))) return undefined;
  return new Set([...Object.keys(properties), ...(Array.isArray(required) ? required.map(String) : [])]);
}
