import type { SmokeIr as Input, SmokeResult } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { UnderWay } from '../call/under-way.js';
import { checkIr } from '../ir/check-ir.js';
import { IrError } from '../ir/ir-error.js';
import { isObject, type Ir } from '../ir/ir.js';
import { checkParams } from '../ir/params.js';
import { run, type TraceEntry } from '../ir/run.js';
import type { Verbs } from '../ir/verbs.js';
import { DocumentRepository } from '../store/document.repository.js';

const BEGIN = statement('savepoint smoke');
const UNDO = statement('rollback to savepoint smoke');
/** A tenant that nobody can have: ids have no blanks. */
const NOBODYS = 'smoke run';

/**
 * Tries a function on the real store, as an owner that nobody is, and undoes everything. A savepoint, because an idempotency key may
 * have opened a transaction already, which must live on.
 */
@Injectable()
export class SmokeIr {
  constructor(
    private readonly db: Database,
    private readonly documents: DocumentRepository,
    private readonly underWay: UnderWay,
  ) {}

  async run(ctx: Ctx, { ir_dict, function: name, args }: Input): Promise<SmokeResult> {
    await this.underWay.turn(ctx);
    const { ir, errors } = checkIr(ir_dict, idOf(ir_dict));
    if (!ir)
      return { ok: false, result: { error_code: 'VALIDATION_TYPE_ERROR', error: errors.map(({ msg }) => msg).join('; ') }, trace: [] };
    const trace: TraceEntry[] = [];
    try {
      const attempt = () => this.attempt(ctx, ir, name, args, trace);
      const result = await this.db.inTenant(NOBODYS, () => this.db.transaction(() => this.isolated(attempt)));
      return { ok: true, result, trace: trace.map((entry) => ({ ...entry })) };
    } catch (error) {
      if (!(error instanceof IrError)) throw error;
      return { ok: false, result: { error_code: error.code, error: error.message }, trace: trace.map((entry) => ({ ...entry })) };
    }
  }

  private async isolated<T>(work: () => Promise<T>): Promise<T> {
    await this.db.rows(BEGIN);
    try {
      return await work();
    } finally {
      await this.db.rows(UNDO);
    }
  }

  private async attempt(ctx: Ctx, { app }: Ir, name: string, args: Record<string, unknown>, trace: TraceEntry[]) {
    const fn = app.functions.find((candidate) => candidate.name === name);
    if (!fn) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no function '${name}'`);
    const signal = AbortSignal.timeout(Math.max(0, Math.min(ctx.deadline - Date.now(), 10_000)));
    const { steps, prev, directives } = await run(fn, checkParams(fn, args), this.verbs(app.id), {
      signal,
      trace,
      turn: () => this.underWay.turn(ctx),
    });
    return { steps, prev, directives };
  }

  private verbs(app_id: string): Verbs {
    const refuse = (what: string) => Promise.reject(new IrError('PERMISSION_DENIED', `${what} is not done in a smoke run`));
    return {
      store: this.documents.of({ tenant_id: NOBODYS, user_id: '', app_id }),
      aiComplete: () => refuse('ai.complete'),
      call: () => refuse('call'),
    };
  }
}

function idOf(ir: Record<string, unknown>): string {
  const id = isObject(ir['app']) ? ir['app']['id'] : ir['app_id'];
  return typeof id === 'string' ? id : '';
}
