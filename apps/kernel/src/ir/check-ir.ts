import { ICON_RULE, isIcon, paramsSchemaOf } from '@skep/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { toEnvelope, isFlatForm } from './flat-form.js';
import { IrError } from './ir-error.js';
import type { IrFault } from './ir-fault.js';
import { IR_SCHEMA } from './ir.schema.js';
import {
  COMPARATORS,
  isObject,
  type ActionStep,
  type CodeImpl,
  type ConditionalStep,
  type Ir,
  type IrFunction,
  type IrStep,
  type Json,
  type JsonObject,
  type McpServer,
} from './ir.js';
import { locOfAjvError, compileSchema } from './json-schema.js';
import { Meter } from './meter.js';
import { findModuleFaults, type ModuleExports, readExports } from './modules.js';
import { isAppId, isFunctionName, isIdentifier, isUnsafeKey, isWebhookFunction, webhookPath } from './names.js';
import { measureJson } from './plain-json.js';
import { findBindings, isWholeBinding, ROOTS, findStrings, findUnclosedBinding, type Binding } from './template.js';
import { findArgFaults, isActionVerb, VERBS } from './verbs.js';
import { findWarnings } from './warnings.js';
import { isCommand } from '../mcp/parse-commands.js';

const IR_LIMITS = { bytes: 256 * 1024, depth: 32, values: 20_000 };
const FAULTS_MAX = 50;
/** Characters of one message, which may quote the IR. */
const MSG_MAX = 1000;
/** The cost of the schemas of all functions together, which then compile in some tens of milliseconds. */
const SCHEMAS_COST_MAX = 8192;
const SCHEMAS_TOO_LARGE = `is too large together with those of other functions: at most ${SCHEMAS_COST_MAX} nodes, array elements and pattern instructions`;
const OPS = [...Object.keys(VERBS), 'conditional'].join(', ');
/** What a panel may do for its data: showing one changes nothing and costs nothing. */
const PANEL_OPS: readonly string[] = ['store.get', 'store.list', 'conditional'];

/** The result of `checkIr`. */
export interface CheckedIr {
  /** A copy with all defaults; undefined if there are errors. */
  ir?: Ir;
  errors: IrFault[];
  /** What runs, but probably not as its author intends. Empty if there are errors. */
  warnings: IrFault[];
  /** Whether the input was rewritten: it was the flat form, or a `params_schema` was a map of names. */
  normalised: boolean;
}

const ajv = new Ajv2020({
  allErrors: true,
  useDefaults: true,
  discriminator: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
});
const hasValidStructure = ajv.compile<Ir>(IR_SCHEMA);

/**
 * Checks that an untrusted input is an IR of the app `appId` that this kernel can run. Never throws. Reports up to 50 faults, each
 * with the function and the step concerned.
 */
export function checkIr(input: unknown, appId: string): CheckedIr {
  const flat = isFlatForm(input);
  const sizeFaults = findSizeFaults(input);
  if (sizeFaults.length) return { errors: sizeFaults, warnings: [], normalised: flat };

  const ir: unknown = structuredClone(flat ? toEnvelope(input) : input);
  const isValid = hasValidStructure(ir);
  const mapped = isValid && normalizeParamsSchemas(ir.app.functions);
  const normalised = flat || mapped;
  // A rewritten IR may have grown, and it is checked again when its release is loaded.
  const grownFaults = () => (normalised ? findSizeFaults(ir) : []);
  const errors = isValid ? [...grownFaults(), ...findFaults(ir, appId)] : toStructuralFaults(hasValidStructure.errors ?? [], ir);
  if (errors.length > 0) return { errors: truncateFaults(errors), warnings: [], normalised };
  return { ir: ir as Ir, errors: [], warnings: truncateFaults(findWarnings(ir as Ir)), normalised };
}

const truncateFaults = (faults: IrFault[]): IrFault[] =>
  faults.slice(0, FAULTS_MAX).map(({ loc, msg }) => ({ loc, msg: msg.slice(0, MSG_MAX) }));

function findSizeFaults(input: unknown): IrFault[] {
  const { fault } = measureJson(input, IR_LIMITS);
  return fault ? [{ loc: fault.loc, msg: `the IR ${fault.msg}` }] : [];
}

/** Rewrites maps of names as JSON Schemas. Returns whether there were any. */
function normalizeParamsSchemas(functions: IrFunction[]): boolean {
  return (
    functions.filter((fn) => {
      const original = fn.params_schema;
      fn.params_schema = paramsSchemaOf(original) as JsonObject;
      return fn.params_schema !== original;
    }).length > 0
  );
}

/** Reports a fault of one part of an envelope, under the part's location and name. */
type Report = (msg: string, ...loc: (string | number)[]) => void;

function findFaults({ ir_version, app }: Ir, appId: string): IrFault[] {
  const errors: IrFault[] = [];
  const reportAt =
    (base: (string | number)[], prefix = ''): Report =>
    (msg, ...loc) =>
      void errors.push({ loc: [...base, ...loc], msg: prefix + msg });
  const report = reportAt([]);

  if (!/^1(\.\d+){0,2}$/.test(ir_version)) report(`ir_version '${ir_version}' is not supported; use '1.0'`, 'ir_version');
  if (!isAppId(app.id)) report(`app id '${app.id}' must be 1 to 64 letters, digits, '-' or '_'`, 'app', 'id');
  if (app.id !== appId) report(`app.id is '${app.id}', but this app is '${appId}': use '${appId}'`, 'app', 'id');
  if (!/^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/.test(app.version)) report(`version '${app.version}' must look like 1.2.3`, 'app', 'version');

  if (!isIcon(app.icon)) report(`icon must be ${ICON_RULE}`, 'app', 'icon');

  if (app.functions.length === 0 && !app.ui?.panels.length)
    report('the app has no functions: add a function or a panel', 'app', 'functions');
  if (app.mcp) checkMcpServer(app.mcp, reportAt(['app', 'mcp'], 'the MCP server: '));
  const exported = readExports(app.modules);
  for (const { path, msg } of findModuleFaults(app.modules, exported)) report(`module '${path}': ${msg}`, 'app', 'modules', path);
  const names = new Set<string>();
  const schemas = new Meter(SCHEMAS_COST_MAX, () => new IrError('EXT_UNSTRUCTURED_ERROR', SCHEMAS_TOO_LARGE));
  for (const [i, fn] of app.functions.entries()) {
    const inFunction = reportAt(['app', 'functions', i], `function '${fn.name}': `);
    if (!isFunctionName(fn.name) && !isWebhookFunction(fn.name)) {
      const rule = isIdentifier(fn.name) ? 'is reserved: choose another one' : "must be an identifier: letters, digits and '_'";
      inFunction(`the name ${rule}`, 'name');
    }
    const key = isWebhookFunction(fn.name) ? `/${webhookPath(fn.name)}` : fn.name;
    if (names.has(key)) inFunction('another function has the same name: rename one', 'name');
    names.add(key);
    checkSchemas(fn, schemas, inFunction);
  }
  for (const [i, { name, impl }] of app.functions.entries()) checkImpl(impl, app, ['app', 'functions', i, 'impl'], `function '${name}'`);
  for (const [i, { section, producer }] of (app.skeleton ?? []).entries()) {
    checkImpl(producer, app, ['app', 'skeleton', i, 'producer'], `skeleton section '${section}'`);
  }

  const panelIds = new Set<string>();
  for (const [i, { panel_id, icon, render }] of (app.ui?.panels ?? []).entries()) {
    const inPanel = reportAt(['app', 'ui', 'panels', i], `panel '${panel_id}': `);
    if (panelIds.has(panel_id)) inPanel('another panel has the same panel_id: rename one', 'panel_id');
    panelIds.add(panel_id);
    if (!isIcon(icon)) inPanel(`icon must be ${ICON_RULE}`, 'icon');
    if (render.kind === 'code') checkCode(render, exported, (msg, ...loc) => inPanel(msg, 'render', ...loc));
    if (render.kind !== 'template') continue;
    const { steps = [], tree } = render;
    checkTree(tree, (msg, ...loc) => inPanel(msg, 'render', 'tree', ...loc));
    checkImpl({ kind: 'declarative', steps }, app, ['app', 'ui', 'panels', i, 'render'], `panel '${panel_id}'`);
    for (const [j, { id, op }] of steps.entries())
      if (!PANEL_OPS.includes(op))
        inPanel(`step '${id}': a panel only reads: use one of ${PANEL_OPS.join(', ')}`, 'render', 'steps', j, 'op');
  }
  return errors;

  function checkImpl(impl: IrFunction['impl'], { id, functions }: Ir['app'], loc: (string | number)[], owner: string): void {
    if (impl.kind === 'code') return checkCode(impl, exported, reportAt(loc, `${owner}: `));
    if (impl.kind === 'http') return checkUrl(impl.url, reportAt(loc, `${owner}: `));
    if (impl.kind === 'mcp') {
      if (!app.mcp) reportAt(loc, `${owner}: `)("kind 'mcp' needs the server in 'app.mcp'", 'kind');
      return;
    }
    const outputs = impl.steps.flatMap((step) =>
      step.op === 'ai.complete' && typeof step.args['output'] === 'string' ? [step.args['output']] : [],
    );
    const known = new Set([...impl.steps.map((step) => step.id), ...outputs]);
    const seen = new Set<string>();
    for (const [i, step] of impl.steps.entries()) {
      const inStep = reportAt([...loc, 'steps', i], `${owner}, step '${step.id}': `);
      if (isUnsafeKey(step.id)) inStep('this id is reserved: choose another one', 'id');
      if (seen.has(step.id)) inStep('another step of this function has the same id: rename one', 'id');
      seen.add(step.id);
      if (step.op === 'conditional') checkConditional(step, impl.steps, inStep);
      else if (!isActionVerb(step.op)) inStep(`unknown op '${String((step as IrStep).op)}'; use one of ${OPS}`, 'op');
      else checkAction(step, impl.steps, inStep);
      if (step.op === 'call') checkCall(step, id, functions, inStep);
      checkBindings(step.op === 'conditional' ? { if: step.if } : { args: step.args }, inStep, (binding) => findRootFault(binding, known));
    }
  }
}

/** A module with a fault has its own; what it exports is not known. */
function checkCode({ module, entry }: CodeImpl, exported: ModuleExports, report: Report): void {
  const names = exported.get(module);
  if (!names) report(`the app has no module '${module}': add its text to 'app.modules'`, 'module');
  else if (names instanceof Set && !names.has(entry)) report(`module '${module}' does not export '${entry}'`, 'entry');
}

/** `return_schema` is checked only where it is used: Skep knows what steps return. */
function checkSchemas({ params_schema, return_schema, impl }: IrFunction, budget: Meter, report: Report): void {
  const used = { params_schema, ...(impl.kind !== 'declarative' && return_schema && { return_schema }) };
  for (const [name, schema] of Object.entries(used)) {
    try {
      compileSchema(schema, budget);
    } catch (error) {
      report(`${name} ${(error as Error).message}`, name);
    }
  }
}

function checkMcpServer({ url, credential }: McpServer, report: Report): void {
  if (!isCommand(url)) checkUrl(url, report);
  else if (credential) report('a program gets no credentials of users', 'credential');
  if (credential && isProtocolHeader(credential.header))
    report(`'${credential.header}' is a header of the protocol`, 'credential', 'header');
}

/** Headers that HTTP or MCP gives a meaning of their own. */
const isProtocolHeader = (name: string): boolean =>
  /^(mcp-.*|accept.*|content-.*|connection|cookie|expect|host|keep-alive|last-event-id|origin|proxy-.*|te|trailer|transfer-encoding|traceparent|tracestate|upgrade)$/i.test(
    name,
  );

function checkUrl(text: string, report: Report): void {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) report(`'url' must be an https address`, 'url');
  else if (url.username || url.password) report(`'url' must not contain a password: calls are signed`, 'url');
}

function checkConditional(step: ConditionalStep, steps: IrStep[], report: Report): void {
  for (const branch of ['then', 'else'] as const) {
    const target = step[branch];
    if (target != null && !steps.some(({ id }) => id === target)) report(`'${branch}' names the unknown step '${target}'`, branch);
  }
  const { exists } = step.if;
  if (exists !== undefined && typeof exists !== 'boolean' && !isBindingValue(exists))
    report("'exists' must be true or false", 'if', 'exists');
}

function checkAction({ op, args }: ActionStep, steps: IrStep[], report: Report): void {
  for (const { arg, msg } of findArgFaults(op, args, isBindingValue)) report(msg, 'args', ...(arg ? [arg] : []));
  const { output } = args;
  if (op !== 'ai.complete' || typeof output !== 'string') return;
  if (!isIdentifier(output) || isUnsafeKey(output)) report(`ai.complete: 'output' must be an identifier`, 'args', 'output');
  if (steps.some(({ id }) => id === output)) report(`ai.complete: 'output' must not be the id of a step`, 'args', 'output');
}

/** Checks the names of a `call` that are not bindings: they must be callable, and a function of this app must exist. */
function checkCall({ args }: ActionStep, ownId: string, functions: IrFunction[], report: Report): void {
  const { function: name, app_id = ownId } = args;
  if (typeof app_id === 'string' && !hasBinding(app_id) && !isAppId(app_id))
    report(`call: '${app_id}' is not an app id: use letters, digits, '-' and '_'`, 'args', 'app_id');
  if (typeof name !== 'string' || hasBinding(name)) return;
  if (!isFunctionName(name)) report(`call: '${name}' is not a function name, or is reserved`, 'args', 'function');
  else if (app_id === ownId && !functions.some((fn) => fn.name === name))
    report(`call: this app has no function '${name}'`, 'args', 'function');
}

/** Checks the directives and bindings of a panel template. The kernel chooses its data, so a binding may name any root. */
function checkTree(tree: Json, report: Report): void {
  if (!isObject(tree) || !(typeof tree['type'] === 'string' || Object.hasOwn(tree, '$if')))
    report("the root of a template needs a 'type' or an '$if'");
  checkBindings(tree, report, () => undefined);
  visit(tree, []);

  function visit(value: unknown, loc: (string | number)[]): void {
    if (Array.isArray(value)) value.forEach((item, i) => visit(item, [...loc, i]));
    if (!isObject(value)) return;
    for (const directive of ['$if', '$repeat']) {
      if (Object.hasOwn(value, directive) && !isObject(value['node'])) report(`'${directive}' needs a 'node'`, ...loc);
    }
    const { $if, $repeat, as } = value;
    if ($repeat !== undefined && !(typeof $repeat === 'string' && isWholeBindingText($repeat)))
      report("'$repeat' must be exactly one {{binding}}", ...loc, '$repeat');
    if (as !== undefined && $repeat !== undefined && !(typeof as === 'string' && isIdentifier(as) && !isUnsafeKey(as))) {
      report("'as' must be an identifier", ...loc, 'as');
    }
    if ($if !== undefined && !isPanelCondition($if)) {
      report(`'$if' needs a 'field' and exactly one of ${COMPARATORS.join(', ')}`, ...loc, '$if');
    }
    for (const [key, child] of Object.entries(value)) visit(child, [...loc, key]);
  }
}

function isPanelCondition(condition: unknown): boolean {
  if (!isObject(condition)) return false;
  if (typeof condition['left'] === 'string') return COMPARATORS.some((name) => name === (condition['op'] ?? 'eq'));
  return typeof condition['field'] === 'string' && COMPARATORS.filter((name) => Object.hasOwn(condition, name)).length === 1;
}

function findRootFault({ text, path: [root, step] }: Binding, known: Set<string>): string | undefined {
  if (!ROOTS.some((name) => name === root)) return `the binding '${text}' must begin with one of ${ROOTS.join(', ')}`;
  if (root === 'steps' && step !== undefined && !known.has(step)) return `the binding '${text}' names the unknown step '${step}'`;
  return undefined;
}

/** Reports the faults of all bindings in a value. */
function checkBindings(value: unknown, report: Report, findFault: (binding: Binding) => string | undefined): void {
  for (const { text, loc } of findStrings(value)) {
    const unclosed = findUnclosedBinding(text);
    if (unclosed) report(`the binding '${unclosed}' is not closed: add }}`, ...loc);
    try {
      for (const binding of findBindings(text)) {
        const unsafe = binding.path.find(isUnsafeKey);
        const fault = unsafe ? `the binding '${binding.text}' must not contain '${unsafe}'` : findFault(binding);
        if (fault) report(fault, ...loc);
      }
    } catch (error) {
      report((error as IrError).message, ...loc);
    }
  }
}

const isBindingValue = (value: Json): boolean => typeof value === 'string' && isWholeBindingText(value);
const isWholeBindingText = (text: string): boolean => trueOnError(() => isWholeBinding(text));
const hasBinding = (text: string): boolean => trueOnError(() => findBindings(text).length > 0);

/** Counts an unknown filter as a binding: `checkBindings` reports it. */
function trueOnError(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return true;
  }
}

function toStructuralFaults(errors: ErrorObject[], ir: unknown): IrFault[] {
  // Errors of `if` and of single `oneOf` branches only repeat others.
  const relevant = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !/\/oneOf\/\d+\/required/.test(schemaPath));
  return relevant.slice(0, FAULTS_MAX).map((error) => {
    const loc = locOfAjvError(error).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    return { loc, msg: formatOwner(loc, ir) + describeError(error, loc) };
  });
}

function describeError({ keyword, params, message }: ErrorObject, loc: (string | number)[]): string {
  const key = String(loc.at(-1) ?? 'the IR');
  if (keyword === 'required') return `'${key}' is missing`;
  if (keyword === 'additionalProperties') return `'${key}' is not a known key: remove it`;
  if (keyword === 'enum') return `'${key}' must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
  if (keyword === 'oneOf') return `'${key}' needs exactly one of ${COMPARATORS.join(', ')}`;
  if (keyword === 'discriminator') return "'kind' is missing or unknown";
  return `'${key}' ${message}`;
}

/** The function, panel and step that a location lies in, as a prefix: `function 'save', step 's1': `. */
function formatOwner(loc: (string | number)[], ir: unknown): string {
  const names: string[] = [];
  let part: unknown = ir;
  for (const [depth, key] of loc.entries()) {
    part = isObject(part) || Array.isArray(part) ? (part as Record<string | number, unknown>)[key] : undefined;
    if (!isObject(part) || typeof key !== 'number') continue;
    const [word, name] =
      { functions: ['function', part['name']], panels: ['panel', part['panel_id']], steps: ['step', part['id']] }[String(loc[depth - 1])] ??
      [];
    if (typeof word === 'string' && typeof name === 'string') names.push(`${word} '${name}'`);
  }
  return names.length ? `${names.join(', ')}: ` : '';
}
