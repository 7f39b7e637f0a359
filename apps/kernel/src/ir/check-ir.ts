import { ICON_RULE, isIcon, paramsSchemaOf } from '@skep/contracts';
import { APP_VERSION, didYouMean, IR_SCHEMA, IR_VERSION, VERBS } from '@skep/contracts/authoring';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkBindings, findRootFault } from './check-bindings.js';
import { checkCode, checkModules } from './check-code.js';
import { checkMcpServer, checkUrl } from './check-servers.js';
import { checkAction, checkCall, checkConditional } from './check-steps.js';
import { checkTree } from './check-tree.js';
import { toEnvelope, isFlatForm } from './flat-form.js';
import { IrError } from './ir-error.js';
import { type IrFault, isWithin, type Loc, type Report } from './ir-fault.js';
import type { Ir, IrFunction, IrStep, JsonObject } from './ir.js';
import { compileSchema } from './json-schema.js';
import { Meter } from './meter.js';
import { readExports } from './modules.js';
import { isAppId, isFunctionName, isIdentifier, isUnsafeKey, isWebhookFunction, webhookPath } from './names.js';
import { measureJson } from './plain-json.js';
import { withStandIns } from './stand-ins.js';
import { toStructuralFaults } from './structural-faults.js';
import { isActionVerb } from './verbs.js';
import { findWarnings } from './warnings.js';

const IR_LIMITS = { bytes: 256 * 1024, depth: 32, values: 20_000 };
const FAULTS_MAX = 50;
/** Characters of one message, which may quote the IR. */
const MSG_MAX = 1000;
/** The cost of the schemas of all functions together, which then compile in some tens of milliseconds. */
const SCHEMAS_COST_MAX = 8192;
const SCHEMAS_TOO_LARGE = `is too large together with those of other functions: at most ${SCHEMAS_COST_MAX} nodes, array elements and pattern instructions`;
const OPS = [...Object.keys(VERBS), 'conditional'];
const proposeOp = (op: string): string => didYouMean(op, OPS, `; use one of ${OPS.join(', ')}`);
/** What a panel may do for its data: showing one changes nothing and costs nothing. */
const PANEL_OPS: readonly string[] = ['store.get', 'store.list', 'conditional'];

/** The result of `checkIr`. */
export interface CheckedIr {
  /** A copy with all defaults; undefined if there are errors. */
  ir?: Ir;
  errors: IrFault[];
  /** What runs, but probably not as its author intends; of the parts without errors. */
  warnings: IrFault[];
  /** Whether the input was rewritten: it was the flat form, or a `params_schema` was a map of names. */
  normalised: boolean;
}

const ajv = new Ajv2020({
  allErrors: true,
  // Each error carries its schema and its value, from which the message is made.
  verbose: true,
  useDefaults: true,
  discriminator: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
});
const hasValidStructure = ajv.compile<Ir>(IR_SCHEMA);

/**
 * Checks that an untrusted input is an IR of the app `appId` that this kernel can run. Never throws. Reports up to 50 faults and 50 warnings at
 * once, each with the function and the step concerned: parts with faults of structure do not hide the faults of others.
 */
export function checkIr(input: unknown, appId: string): CheckedIr {
  const flat = isFlatForm(input);
  const sizeFaults = findSizeFaults(input);
  if (sizeFaults.length) return { errors: sizeFaults, warnings: [], normalised: flat };

  const given: unknown = structuredClone(flat ? toEnvelope(input) : input);
  const structural = hasValidStructure(given) ? [] : toStructuralFaults(hasValidStructure.errors ?? [], given, FAULTS_MAX);
  const ir = structural.length ? withStandIns(given, structural, appId) : given;
  if (!hasValidStructure(ir)) return { errors: truncateFaults(structural), warnings: [], normalised: flat };
  const normalised = normalizeParamsSchemas(ir.app.functions) || flat;
  // A rewritten IR may have grown, and it is checked again when its release is loaded.
  const grown = normalised ? findSizeFaults(ir) : [];
  const others = findFaults(ir, appId).filter(({ loc }) => !structural.some((fault) => isWithin(loc, fault.loc)));
  const errors = [...structural, ...grown, ...others];
  const warnings = truncateFaults(findWarnings(ir, errors));
  return errors.length ? { errors: truncateFaults(errors), warnings, normalised } : { ir, errors, warnings, normalised };
}

const truncateFaults = (faults: IrFault[]): IrFault[] =>
  faults.slice(0, FAULTS_MAX).map(({ code, loc, msg }) => ({ code, loc, msg: msg.slice(0, MSG_MAX) }));

function findSizeFaults(input: unknown): IrFault[] {
  const { fault } = measureJson(input, IR_LIMITS);
  return fault ? [{ code: 'outside-limits', loc: fault.loc, msg: `the IR ${fault.msg}` }] : [];
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

function findFaults({ ir_version, app }: Ir, appId: string): IrFault[] {
  const errors: IrFault[] = [];
  const reportAt =
    (base: Loc, prefix = ''): Report =>
    (code, msg, ...loc) =>
      void errors.push({ code, loc: [...base, ...loc], msg: prefix + msg });
  const report = reportAt([]);

  if (!IR_VERSION.test(ir_version)) report('unsupported-version', `ir_version '${ir_version}' is not supported; use '1.0'`, 'ir_version');
  if (!isAppId(app.id)) report('invalid-app-id', `app id '${app.id}' must be 1 to 64 letters, digits, '-' or '_'`, 'app', 'id');
  if (app.id !== appId) report('wrong-app-id', `app.id is '${app.id}', but this app is '${appId}': use '${appId}'`, 'app', 'id');
  if (!APP_VERSION.test(app.version)) report('invalid-version', `version '${app.version}' must look like 1.2.3`, 'app', 'version');

  if (!isIcon(app.icon)) report('invalid-icon', `icon must be ${ICON_RULE}`, 'app', 'icon');

  if (app.functions.length === 0 && !app.ui?.panels.length)
    report('no-functions', 'the app has no functions: add a function or a panel', 'app', 'functions');
  const exported = readExports(app.modules);
  checkModules(app.modules, exported, reportAt(['app', 'modules']));
  if (app.mcp) checkMcpServer(app.mcp, reportAt(['app', 'mcp'], 'the MCP server: '));
  const names = new Set<string>();
  const schemas = new Meter(SCHEMAS_COST_MAX, () => new IrError('EXT_UNSTRUCTURED_ERROR', SCHEMAS_TOO_LARGE));
  for (const [i, fn] of app.functions.entries()) {
    const inFunction = reportAt(['app', 'functions', i], `function '${fn.name}': `);
    if (!isFunctionName(fn.name) && !isWebhookFunction(fn.name)) {
      const identifier = fn.name.replace(/[^A-Za-z0-9_]+/g, '_');
      const proposal = isFunctionName(identifier) ? `; did you mean '${identifier}'?` : '';
      const rule = isIdentifier(fn.name) ? 'is reserved: choose another one' : `must be an identifier: letters, digits and '_'${proposal}`;
      inFunction('invalid-name', `the name ${rule}`, 'name');
    }
    const key = isWebhookFunction(fn.name) ? `/${webhookPath(fn.name)}` : fn.name;
    if (names.has(key)) inFunction('duplicate-name', 'another function has the same name: rename one', 'name');
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
    if (panelIds.has(panel_id)) inPanel('duplicate-name', 'another panel has the same panel_id: rename one', 'panel_id');
    panelIds.add(panel_id);
    if (!isIcon(icon)) inPanel('invalid-icon', `icon must be ${ICON_RULE}`, 'icon');
    if (render.kind === 'code') checkCode(render, exported, (code, msg, ...loc) => inPanel(code, msg, 'render', ...loc));
    if (render.kind !== 'template') continue;
    const { steps = [], tree } = render;
    checkTree(tree, (code, msg, ...loc) => inPanel(code, msg, 'render', 'tree', ...loc));
    checkImpl({ kind: 'declarative', steps }, app, ['app', 'ui', 'panels', i, 'render'], `panel '${panel_id}'`);
    for (const [j, { id, op }] of steps.entries())
      if (!PANEL_OPS.includes(op))
        inPanel('panel-changes-data', `step '${id}': a panel only reads: use one of ${PANEL_OPS.join(', ')}`, 'render', 'steps', j, 'op');
  }
  return errors;

  function checkImpl(impl: IrFunction['impl'], { id, functions }: Ir['app'], loc: Loc, owner: string): void {
    if (impl.kind === 'code') return checkCode(impl, exported, reportAt(loc, `${owner}: `));
    if (impl.kind === 'http') return checkUrl(impl.url, reportAt(loc, `${owner}: `));
    if (impl.kind === 'mcp') {
      if (!app.mcp) reportAt(loc, `${owner}: `)('invalid-mcp-server', "kind 'mcp' needs the server in 'app.mcp'", 'kind');
      return;
    }
    const outputs = impl.steps.flatMap((step) =>
      step.op === 'ai.complete' && typeof step.args['output'] === 'string' ? [step.args['output']] : [],
    );
    const known = new Set([...impl.steps.map((step) => step.id), ...outputs]);
    const seen = new Set<string>();
    for (const [i, step] of impl.steps.entries()) {
      const inStep = reportAt([...loc, 'steps', i], `${owner}, step '${step.id}': `);
      if (isUnsafeKey(step.id)) inStep('invalid-name', 'this id is reserved: choose another one', 'id');
      if (seen.has(step.id)) inStep('duplicate-name', 'another step of this function has the same id: rename one', 'id');
      seen.add(step.id);
      if (step.op === 'conditional') checkConditional(step, impl.steps, inStep);
      else if (!isActionVerb(step.op)) inStep('unknown-op', `unknown op '${String((step as IrStep).op)}'${proposeOp(step.op)}`, 'op');
      else checkAction(step, impl.steps, inStep);
      if (step.op === 'call') checkCall(step, id, functions, inStep);
      checkBindings(step.op === 'conditional' ? { if: step.if } : { args: step.args }, inStep, (binding) => findRootFault(binding, known));
    }
  }
}

/** `return_schema` is checked only where it is used: Skep knows what steps return. */
function checkSchemas({ params_schema, return_schema, impl }: IrFunction, budget: Meter, report: Report): void {
  const used = { params_schema, ...(impl.kind !== 'declarative' && return_schema && { return_schema }) };
  for (const [name, schema] of Object.entries(used)) {
    try {
      compileSchema(schema, budget);
    } catch (error) {
      report('invalid-schema', `${name} ${(error as Error).message}`, name);
    }
  }
}
