import { ICON_RULE, isIcon, paramsSchemaOf } from '@skep/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { envelopeOf, isFlatForm } from './flat-form.js';
import { IrError } from './ir-error.js';
import { IR_SCHEMA } from './ir.schema.js';
import {
  COMPARATORS,
  isObject,
  type ActionStep,
  type ConditionalStep,
  type Ir,
  type IrFunction,
  type IrStep,
  type Json,
  type JsonObject,
} from './ir.js';
import { locOf, readSchema } from './json-schema.js';
import { Meter } from './meter.js';
import { isAppId, isFunctionName, isIdentifier, isUnsafeKey } from './names.js';
import { measure } from './plain-json.js';
import { bindingsOf, isWholeBinding, ROOTS, textsOf, unclosedOf, type Binding } from './template.js';
import { argFaults, isActionVerb, VERBS } from './verbs.js';
import { warningsOf } from './warnings.js';

const LIMITS = { bytes: 256 * 1024, depth: 32, values: 20_000 };
const ERRORS_MAX = 50;
/** Characters of one fault, which may quote the IR. */
const MSG_MAX = 1000;
/** What the `params_schema`s of all functions may cost together: reading them takes some tens of milliseconds then. */
const SCHEMAS_COST_MAX = 8192;
const SCHEMAS_TOO_LARGE = `is too large together with those of other functions: ${SCHEMAS_COST_MAX} nodes, list elements and pattern instructions at most`;
const NO_CODE = 'code functions need a code runner, which this installation does not have';
const OPS = [...Object.keys(VERBS), 'conditional'].join(', ');

export interface IrFault {
  /** The keys that lead to the fault, in the envelope (for a flat form: in the envelope that it became). */
  loc: (string | number)[];
  msg: string;
}

export interface CheckedIr {
  /** A copy with all defaults, only when nothing is wrong. */
  ir?: Ir;
  errors: IrFault[];
  /** What runs, but probably not as its author means it. Told of an app without errors. */
  warnings: IrFault[];
  /** Whether the input was the flat form, or had a `params_schema` that is a map of names. */
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
const fitsSchema = ajv.compile<Ir>(IR_SCHEMA);

/**
 * Whether a stranger's text is an app of `appId` that this kernel can run. Never throws; tells up to 50 faults at once, each with
 * the function and the step that it is about.
 */
export function checkIr(input: unknown, appId: string): CheckedIr {
  const flat = isFlatForm(input);
  const unfit = sizeFaults(input);
  if (unfit.length) return { errors: unfit, warnings: [], normalised: flat };

  const ir: unknown = structuredClone(flat ? envelopeOf(input) : input);
  const fits = fitsSchema(ir);
  const mapped = fits && wrapParams(ir.app.functions);
  const normalised = flat || mapped;
  // What was rewritten may have grown, and is checked again whenever its release is loaded.
  const grown = () => (normalised ? sizeFaults(ir) : []);
  const errors = fits ? [...grown(), ...faultsOf(ir, appId)] : structuralFaults(fitsSchema.errors ?? [], ir);
  if (errors.length > 0) return { errors: told(errors), warnings: [], normalised };
  return { ir: ir as Ir, errors: [], warnings: told(warningsOf(ir as Ir)), normalised };
}

const told = (faults: IrFault[]): IrFault[] => faults.slice(0, ERRORS_MAX).map(({ loc, msg }) => ({ loc, msg: msg.slice(0, MSG_MAX) }));

function sizeFaults(input: unknown): IrFault[] {
  const { fault } = measure(input, LIMITS);
  return fault ? [{ loc: fault.loc, msg: `the IR ${fault.msg}` }] : [];
}

/** Writes maps of names as JSON Schemas. Answers whether there were any. */
function wrapParams(functions: IrFunction[]): boolean {
  return (
    functions.filter((fn) => {
      const given = fn.params_schema;
      fn.params_schema = paramsSchemaOf(given) as JsonObject;
      return fn.params_schema !== given;
    }).length > 0
  );
}

/** A function's or a step's part of an envelope, reporting faults under its own place and name. */
type Report = (msg: string, ...loc: (string | number)[]) => void;

function faultsOf({ ir_version, app }: Ir, appId: string): IrFault[] {
  const errors: IrFault[] = [];
  const reportAt =
    (base: (string | number)[], prefix = ''): Report =>
    (msg, ...loc) =>
      void errors.push({ loc: [...base, ...loc], msg: prefix + msg });
  const report = reportAt([]);

  if (!/^1(\.\d+){0,2}$/.test(ir_version)) report(`ir_version '${ir_version}' is not supported; use '1.0'`, 'ir_version');
  if (!isAppId(app.id)) report(`app id '${app.id}' must be 1 to 64 letters, digits, '-' or '_'`, 'app', 'id');
  if (app.id !== appId) report(`app.id is '${app.id}', but the app is '${appId}'`, 'app', 'id');
  if (!/^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/.test(app.version)) report(`version '${app.version}' must look like 1.2.3`, 'app', 'version');

  if (!isIcon(app.icon)) report(`icon must be ${ICON_RULE}`, 'app', 'icon');

  if (app.functions.length === 0 && !app.ui?.panels.length) report('the app has no functions: add one, or a panel', 'app', 'functions');
  const names = new Set<string>();
  const schemas = new Meter(SCHEMAS_COST_MAX, () => new IrError('EXT_UNSTRUCTURED_ERROR', SCHEMAS_TOO_LARGE));
  for (const [i, fn] of app.functions.entries()) {
    const inFunction = reportAt(['app', 'functions', i], `function '${fn.name}': `);
    if (!isFunctionName(fn.name)) {
      const rule = isIdentifier(fn.name) ? 'is a name that is never callable' : "must be an identifier: letters, digits and '_'";
      inFunction(`its name ${rule}`, 'name');
    }
    if (names.has(fn.name)) inFunction('there are two of this name', 'name');
    names.add(fn.name);
    checkParamsSchema(fn, schemas, inFunction);
  }
  for (const [i, { name, impl }] of app.functions.entries()) checkImpl(impl, app, ['app', 'functions', i, 'impl'], `function '${name}'`);
  for (const [i, { section, producer }] of (app.skeleton ?? []).entries()) {
    checkImpl(producer, app, ['app', 'skeleton', i, 'producer'], `skeleton section '${section}'`);
  }

  const panelIds = new Set<string>();
  for (const [i, { panel_id, icon, render }] of (app.ui?.panels ?? []).entries()) {
    const inPanel = reportAt(['app', 'ui', 'panels', i], `panel '${panel_id}': `);
    if (panelIds.has(panel_id)) inPanel('there are two of this id', 'panel_id');
    panelIds.add(panel_id);
    if (!isIcon(icon)) inPanel(`icon must be ${ICON_RULE}`, 'icon');
    if ((render.kind as string) === 'code') inPanel(NO_CODE, 'render', 'kind');
    else if (render.kind === 'template') checkTree(render.tree, (msg, ...loc) => inPanel(msg, 'render', 'tree', ...loc));
  }
  return errors;

  function checkImpl(impl: IrFunction['impl'], { id, functions }: Ir['app'], loc: (string | number)[], owner: string): void {
    if ((impl.kind as string) === 'code') return reportAt(loc, `${owner}: `)(NO_CODE, 'kind');
    const outputs = impl.steps.flatMap((step) =>
      step.op === 'ai.complete' && typeof step.args['output'] === 'string' ? [step.args['output']] : [],
    );
    const known = new Set([...impl.steps.map((step) => step.id), ...outputs]);
    const seen = new Set<string>();
    for (const [i, step] of impl.steps.entries()) {
      const inStep = reportAt([...loc, 'steps', i], `${owner}, step '${step.id}': `);
      if (isUnsafeKey(step.id)) inStep('this id is not allowed', 'id');
      if (seen.has(step.id)) inStep('there are two of this id', 'id');
      seen.add(step.id);
      if (step.op === 'conditional') checkConditional(step, impl.steps, inStep);
      else if (!isActionVerb(step.op)) inStep(`unknown op '${String((step as IrStep).op)}'; known: ${OPS}`, 'op');
      else checkAction(step, impl.steps, inStep);
      if (step.op === 'call') checkCall(step, id, functions, inStep);
      eachBinding(step.op === 'conditional' ? { if: step.if } : { args: step.args }, inStep, (binding) => faultOfRoot(binding, known));
    }
  }
}

function checkParamsSchema(fn: IrFunction, budget: Meter, report: Report): void {
  try {
    readSchema(fn.params_schema, budget);
  } catch (error) {
    report(`params_schema ${(error as Error).message}`, 'params_schema');
  }
}

function checkConditional(step: ConditionalStep, steps: IrStep[], report: Report): void {
  for (const branch of ['then', 'else'] as const) {
    const target = step[branch];
    if (target != null && !steps.some(({ id }) => id === target)) report(`'${branch}' goes to the unknown step '${target}'`, branch);
  }
  const { exists } = step.if;
  if (exists !== undefined && typeof exists !== 'boolean' && !isOpen(exists)) report("'exists' must be true or false", 'if', 'exists');
}

function checkAction({ op, args }: ActionStep, steps: IrStep[], report: Report): void {
  for (const { arg, msg } of argFaults(op, args, isOpen)) report(msg, 'args', ...(arg ? [arg] : []));
  const { output } = args;
  if (op !== 'ai.complete' || typeof output !== 'string') return;
  if (!isIdentifier(output) || isUnsafeKey(output)) report(`ai.complete: 'output' must be an identifier`, 'args', 'output');
  if (steps.some(({ id }) => id === output)) report(`ai.complete: 'output' is the id of a step`, 'args', 'output');
}

/** A name that is written out must be callable; one within this app must exist. */
function checkCall({ args }: ActionStep, ownId: string, functions: IrFunction[], report: Report): void {
  const { function: name, app_id = ownId } = args;
  if (typeof app_id === 'string' && !hasBinding(app_id) && !isAppId(app_id))
    report(`call: '${app_id}' cannot be an app id`, 'args', 'app_id');
  if (typeof name !== 'string' || hasBinding(name)) return;
  if (!isFunctionName(name)) report(`call: '${name}' cannot be called`, 'args', 'function');
  else if (app_id === ownId && !functions.some((fn) => fn.name === name))
    report(`call: this app has no function '${name}'`, 'args', 'function');
}

/** The directives and bindings of a panel template. Its data is the kernel's to choose, so any root may be named. */
function checkTree(tree: Json, report: Report): void {
  if (!isObject(tree) || !(typeof tree['type'] === 'string' || Object.hasOwn(tree, '$if'))) report("a template's root needs a 'type'");
  eachBinding(tree, report, () => undefined);
  visit(tree, []);

  function visit(value: unknown, loc: (string | number)[]): void {
    if (Array.isArray(value)) value.forEach((item, i) => visit(item, [...loc, i]));
    if (!isObject(value)) return;
    for (const directive of ['$if', '$repeat']) {
      if (Object.hasOwn(value, directive) && !isObject(value['node'])) report(`'${directive}' needs a 'node'`, ...loc);
    }
    const { $if, $repeat, as } = value;
    if ($repeat !== undefined && !(typeof $repeat === 'string' && isWhole($repeat)))
      report("'$repeat' must be one {{binding}}", ...loc, '$repeat');
    if (as !== undefined && $repeat !== undefined && !(typeof as === 'string' && isIdentifier(as) && !isUnsafeKey(as))) {
      report("'as' must be an identifier", ...loc, 'as');
    }
    if ($if !== undefined && !isPanelCondition($if)) {
      report(`'$if' needs a 'field' and one of ${COMPARATORS.join(', ')}`, ...loc, '$if');
    }
    for (const [key, child] of Object.entries(value)) visit(child, [...loc, key]);
  }
}

function isPanelCondition(condition: unknown): boolean {
  if (!isObject(condition)) return false;
  if (typeof condition['left'] === 'string') return COMPARATORS.some((name) => name === (condition['op'] ?? 'eq'));
  return typeof condition['field'] === 'string' && COMPARATORS.filter((name) => Object.hasOwn(condition, name)).length === 1;
}

function faultOfRoot({ text, path: [root, step] }: Binding, known: Set<string>): string | undefined {
  if (!ROOTS.some((name) => name === root)) return `the binding '${text}' must begin with ${ROOTS.join(', ')}`;
  if (root === 'steps' && step !== undefined && !known.has(step)) return `the binding '${text}' names the unknown step '${step}'`;
  return undefined;
}

/** Reports what is wrong with the bindings anywhere in a value. */
function eachBinding(value: unknown, report: Report, faultOf: (binding: Binding) => string | undefined): void {
  for (const { text, loc } of textsOf(value)) {
    const unclosed = unclosedOf(text);
    if (unclosed) report(`the binding '${unclosed}' is not closed: end it with }}`, ...loc);
    try {
      for (const binding of bindingsOf(text)) {
        const unsafe = binding.path.find(isUnsafeKey);
        const fault = unsafe ? `the binding '${binding.text}' must not go through '${unsafe}'` : faultOf(binding);
        if (fault) report(fault, ...loc);
      }
    } catch (error) {
      report((error as IrError).message, ...loc);
    }
  }
}

const isOpen = (value: Json): boolean => typeof value === 'string' && isWhole(value);
const isWhole = (text: string): boolean => quietly(() => isWholeBinding(text));
const hasBinding = (text: string): boolean => quietly(() => bindingsOf(text).length > 0);

/** An unknown filter is reported once, by `eachBinding`; here it only means that there is a binding. */
function quietly(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return true;
  }
}

function structuralFaults(errors: ErrorObject[], ir: unknown): IrFault[] {
  const ofAuthor = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !/\/oneOf\/\d+\/required/.test(schemaPath));
  return ofAuthor.slice(0, ERRORS_MAX).map((error) => {
    const loc = locOf(error).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    return { loc, msg: ownerOf(loc, ir) + wordsOf(error, loc) };
  });
}

function wordsOf({ keyword, params, message }: ErrorObject, loc: (string | number)[]): string {
  const key = String(loc.at(-1) ?? 'the IR');
  if (keyword === 'required') return `'${key}' is missing`;
  if (keyword === 'additionalProperties') return `'${key}' is not known`;
  if (keyword === 'enum') return `'${key}' must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
  if (keyword === 'oneOf') return `'${key}' needs exactly one of ${COMPARATORS.join(', ')}`;
  if (keyword === 'discriminator') return "'kind' is missing or not known";
  return `'${key}' ${message}`;
}

/** `function 'save', step 's1': ` for a place within them. */
function ownerOf(loc: (string | number)[], ir: unknown): string {
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
