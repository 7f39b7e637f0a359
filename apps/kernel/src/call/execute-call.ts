import { Problem, TooManyRequests } from '@skep/contracts';
import type { BuiltinFunction } from '@skep/contracts/builtins';
import { kernel } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LanguageModel } from '../ai/language-model.js';
import { IrError } from '../ir/ir-error.js';
import { type IrPanel, isObject, type Json, type JsonObject } from '../ir/ir.js';
import { formatFault } from '../ir/json-schema.js';
import { renderPanel } from '../ir/panel.js';
import { validatorOf } from '../ir/params.js';
import { runFunction, runSteps, type RunOptions } from '../ir/run-function.js';
import { createContext } from '../ir/template.js';
import type { Verbs } from '../ir/verbs.js';
import { Changes } from '../store/changes.js';
import { DocumentRepository } from '../store/document.repository.js';
import { StorageLimits } from '../store/storage-limits.js';
import { type Call, type ModelUsage, payerOf, type Success } from './call.js';
import { createIdempotentStore, createPendingStore, runStepOnce } from './call-idempotency.js';
import { CallCode, type CodeFunction, isCode } from './call-code.js';
import { CallMcpTool, isMcpTool } from './call-mcp-tool.js';
import { CallServer, isOnServer } from './call-server.js';
import { CallLimiter } from './call-limiter.js';
import { CallNotStarted } from './charging.js';
import { ProduceSection } from './produce-section.js';
import { summaryOf } from './summary.js';
import type { Target } from './target.js';

const RESULT_BYTES_MAX = 256 * 1024;
const PANEL = { methods: ['store.get', 'store.list'], because: 'a panel only reads' };

/** A call that a step asks for. */
export type NestedRequest = Parameters<Verbs['call']>[0];
/** Makes a step's call. @param ctx with the idempotency key of the step */
type CallNested = (ctx: Ctx, request: NestedRequest) => Promise<Json>;
/** The context of the next step, with its key. */
type NextStep = (verb?: string) => Ctx;
type MakeVerbs = (nextStep: NextStep) => Verbs;

/** Runs what an admitted call names: a panel, a section of a skeleton, an operation, or a function by its steps, by code, on its developer's server or on an MCP server. */
@Injectable()
export class ExecuteCall {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly documents: DocumentRepository,
    private readonly storageLimits: StorageLimits,
    private readonly languageModel: LanguageModel,
    private readonly limiter: CallLimiter,
    private readonly code: CallCode,
    private readonly server: CallServer,
    private readonly mcpTool: CallMcpTool,
    private readonly section: ProduceSection,
  ) {}

  /**
   * @param usage to which the use of the language model is added, also that of a call that fails later
   * @throws IrError or Problem for a failure; CallNotStarted
   */
  async run(call: Call, target: Target, usage: ModelUsage, callNested: CallNested): Promise<Success> {
    const verbsFor: MakeVerbs = (nextStep) => this.createVerbs(call, usage, callNested, nextStep);
    if (target.kind === 'panel') return this.showPanel(call, target.panel, verbsFor);
    if (target.kind === 'section')
      return this.section.run(
        call,
        target.section,
        { ofRequest: (ctx) => verbsFor(() => ctx), ofSteps: verbsFor(stepsOf(call)) },
        this.optionsFor(call),
      );
    if (target.kind === 'operation') return this.runOperation(call, target.fn);
    if (isOnServer(target.fn)) return { data: await this.server.run(call, target.fn, target.event), summary: 'Done.' };
    if (isMcpTool(target.fn)) return this.mcpTool.run(call, target.fn, target.event);
    if (isCode(target.fn)) return this.runCode(call, target.fn, target.event, verbsFor);
    const result = await runFunction(target.fn, target.event, verbsFor(stepsOf(call)), this.optionsFor(call));
    const { steps, prev, directives } = result;
    // `prev` and the directives only repeat results of steps.
    assertResultSize(Buffer.byteLength(JSON.stringify(steps)));
    const messages = directives.filter(({ action }) => action === 'send');
    return { data: { steps, prev, ...(directives.length && { directives }) }, summary: summaryOf(result), messages };
  }

  /** @throws IrError for a result that does not match the function's `return_schema` */
  private async runCode(call: Call, fn: CodeFunction, params: JsonObject, verbsFor: MakeVerbs): Promise<Success> {
    const changes = new Changes();
    const store = this.documents.pendingFor(ownerOf(call), () => this.limitOf(call), changes);
    const verbsOfRequest = (ctx: Ctx) => ({ ...verbsFor(() => ctx), store: createPendingStore(ctx, store) });
    const data = await this.code.run({ ...call, changes }, fn.impl, params, verbsOfRequest);
    const mismatch = validatorOf(fn, 'return_schema')(data);
    if (mismatch) throw new IrError('EXT_UNSTRUCTURED_ERROR', `the result does not match the return_schema: ${formatFault(mismatch)}`);
    return { data, summary: 'Done.', ...(changes.any && { changes }) };
  }

  private async showPanel(call: Call, { panel_id, title, render }: IrPanel, verbsFor: MakeVerbs): Promise<Success> {
    if (render.kind === 'static') return { data: { ui: render.tree, panel_id }, ui: render.tree, summary: title };
    if (render.kind === 'code') {
      const ui = treeOf(await this.code.run(call, render, call.params, (ctx) => verbsFor(() => ctx), PANEL));
      return { data: { ui, panel_id }, ui, summary: title };
    }
    const context = { ...createContext(call.params), prev: null as Json };
    if (render.steps?.length)
      ({ steps: context.steps, prev: context.prev } = await runSteps(
        render.steps,
        call.params,
        verbsFor(stepsOf(call)),
        this.optionsFor(call),
      ));
    const ui = renderPanel(render.tree, context);
    return { data: { ui, panel_id }, ui, summary: title };
  }

  private optionsFor({ ctx, app, signal }: Call): RunOptions {
    return { signal, permissions: app.permissions, betweenSteps: () => this.limiter.waitForTurn(ctx) };
  }

  private async runOperation(call: Call, { operation, summary }: BuiltinFunction): Promise<Success> {
    const forward = () => this.bus.forward(operation, call.ctx, JSON.stringify(call.params));
    const { bytes } = await (operation === kernel.smokeIr ? this.limitSmokeRun(call, forward) : forward());
    assertResultSize(bytes.length);
    const data = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    return { data, summary: typeof summary === 'string' ? summary : summary(data) };
  }

  private limitSmokeRun<T>({ ctx, waitsForSlot }: Call, work: () => Promise<T>): Promise<T> {
    return this.limiter.limitSmokeRun(ctx, waitsForSlot, work).catch((error: unknown) => {
      throw error instanceof Problem && error.body.code === TooManyRequests.code ? new CallNotStarted(error) : error;
    });
  }

  /** Bytes that the payer of a call may use. */
  private limitOf(call: Call): Promise<number> {
    return this.storageLimits.getLimit(payerOf(call));
  }

  private createVerbs(call: Call, usage: ModelUsage, callNested: CallNested, nextStep: NextStep): Verbs {
    const { app, attempt } = call;
    return {
      store: createIdempotentStore(
        nextStep,
        this.documents.storeFor(ownerOf(call), () => this.limitOf(call)),
        this.db,
      ),
      aiComplete: async (request) => {
        const completion = await runStepOnce(nextStep('ai.complete'), async () => {
          usage.calls++;
          return { ...(await this.languageModel.complete(payerOf(call), app.id, request)), attempt };
        });
        const { text, tokens, provider, model, fee, token_fee = 0 } = completion;
        // A completion of an earlier attempt is in that attempt's action and was charged with it.
        if (completion.attempt === attempt) {
          usage.tokens += tokens;
          usage.provider = provider;
          usage.model = model;
          // A call pays one platform fee, that of the most expensive model that it used, and all tokens.
          usage.fee = Math.max(usage.fee, fee);
          usage.token_fee += token_fee;
        }
        return { text };
      },
      call: (request) => callNested(nextStep(), request),
    };
  }
}

const ownerOf = ({ ctx, app }: Call) => ({ tenant_id: ctx.tenant, user_id: ctx.user, app_id: app.id });

/** The keys of the steps of a call, which follow from their order. */
function stepsOf({ ctx }: Call): NextStep {
  let steps = 0;
  return (verb = '') => withKeySuffix(ctx, `step ${++steps}${verb && ` ${verb}`}`);
}

/** @throws IrError unless code returned a tree that clients can show */
function treeOf(result: Json): JsonObject {
  if (!isObject(result) || typeof result['type'] !== 'string')
    throw new IrError('EXT_UNSTRUCTURED_ERROR', "the code of a panel must return a UINode: an object with a 'type'");
  return result;
}

function assertResultSize(bytes: number): void {
  if (bytes > RESULT_BYTES_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', 'the result is larger than 256 KiB: ask for less at a time');
}
