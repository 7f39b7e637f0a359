import { irFault, type SmokeIr as Input, type SmokeResult } from '@skep/contracts/kernel';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CallCode } from '../call/call-code.js';
import { CallLimiter } from '../call/call-limiter.js';
import { checkIr } from '../ir/check-ir.js';
import { IrError } from '../ir/ir-error.js';
import { isObject, type Ir } from '../ir/ir.js';
import { parseParams } from '../ir/params.js';
import { permissionsOf } from '../ir/permissions.js';
import { runFunction, type TraceEntry } from '../ir/run-function.js';
import type { Verbs } from '../ir/verbs.js';
import { DocumentRepository } from '../store/document.repository.js';

const SAVEPOINT = statement('savepoint smoke');
const ROLLBACK = statement('rollback to savepoint smoke');
/** A tenant id that no tenant can have: tenant ids contain no blanks. */
const SMOKE_TENANT = 'smoke run';
const STORE_ONLY = {
  methods: ['store.create', 'store.get', 'store.list', 'store.update', 'store.delete'],
  because: 'a smoke run only uses the store',
};

/**
 * A smoke run: runs a function of an IR on the real store, in a tenant that does not exist, and rolls everything back. It uses a
 * savepoint, because an idempotency key may have opened a transaction already, which must stay usable.
 */
@Injectable()
export class SmokeIr {
  constructor(
    private readonly db: Database,
    private readonly documents: DocumentRepository,
    private readonly limiter: CallLimiter,
    private readonly code: CallCode,
  ) {}

  async run(ctx: Ctx, { ir_dict, function: name, args }: Input): Promise<SmokeResult> {
    await this.limiter.waitForTurn(ctx);
    const { ir, errors } = checkIr(ir_dict, appIdOf(ir_dict));
    if (!ir) {
      const error = errors.map(({ msg }) => msg).join('; ');
      const faults = errors.map(({ code, loc, msg }) => irFault(code, loc, msg));
      return { ok: false, result: { error_code: 'VALIDATION_TYPE_ERROR', error, faults }, trace: [] };
    }
    const trace: TraceEntry[] = [];
    try {
      const work = () => this.runFunction(ctx, ir, name, args, trace);
      const result = await this.db.inTenant(SMOKE_TENANT, () => this.db.transaction(() => this.withRollback(work)));
      return { ok: true, result, trace: trace.map((entry) => ({ ...entry })) };
    } catch (error) {
      if (!(error instanceof IrError)) throw error;
      return { ok: false, result: { error_code: error.code, error: error.message }, trace: trace.map((entry) => ({ ...entry })) };
    }
  }

  private async withRollback<T>(work: () => Promise<T>): Promise<T> {
    await this.db.rows(SAVEPOINT);
    try {
      return await work();
    } finally {
      await this.db.rows(ROLLBACK);
    }
  }

  private async runFunction(ctx: Ctx, { app }: Ir, name: string, args: Record<string, unknown>, trace: TraceEntry[]) {
    const fn = app.functions.find((candidate) => candidate.name === name);
    if (!fn) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no function '${name}'`);
    if (fn.impl.kind === 'http' || fn.impl.kind === 'mcp') throw refusal('calls of a server');
    const signal = AbortSignal.timeout(Math.max(0, Math.min(ctx.deadline - Date.now(), 10_000)));
    if (fn.impl.kind === 'code') {
      const { id, version, modules } = app;
      const call = { id: 'smoke', ctx, name, signal, app: { id, version, modules, permissions: new Set(permissionsOf(app)) } };
      return this.code.run(call, fn.impl, parseParams(fn, args), () => this.createVerbs(id), STORE_ONLY);
    }
    const { steps, prev, directives } = await runFunction(fn, parseParams(fn, args), this.createVerbs(app.id), {
      signal,
      trace,
      betweenSteps: () => this.limiter.waitForTurn(ctx),
    });
    return { steps, prev, directives };
  }

  private createVerbs(app_id: string): Verbs {
    const refuse = (verb: string) => Promise.reject(refusal(verb));
    return {
      store: this.documents.storeFor({ tenant_id: SMOKE_TENANT, user_id: '', app_id }),
      aiComplete: () => refuse('ai.complete'),
      call: () => refuse('call'),
    };
  }
}

const refusal = (what: string): IrError =>
  new IrError('PERMISSION_DENIED', `a smoke run cannot use ${what}: install the app and call the function instead`);

function appIdOf(ir: Record<string, unknown>): string {
  const id = isObject(ir['app']) ? ir['app']['id'] : ir['app_id'];
  return typeof id === 'string' ? id : '';
}
