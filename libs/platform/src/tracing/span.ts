import type { Attributes, Span as OtelSpan } from '@opentelemetry/api';
import { Problem } from '@skep/contracts';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kind } from './sdk.js';

/** Starts a span below a `traceparent`. */
export type StartSpan = (name: string, kind: Kind, attributes: Attributes, parent: string) => OtelSpan;

const spans = new AsyncLocalStorage<Span | undefined>();

/** The span of the current work, the parent of those that have no `Ctx`. Undefined if tracing is off, and for work without a cause. */
export const currentSpan = (): Span | undefined => spans.getStore();

/** Runs work as part of a span, or of none. Shared work would otherwise belong to whichever request happens to start it. */
export const runInSpan = <T>(span: Span | undefined, work: () => T): T => (span === currentSpan() ? work() : spans.run(span, work));

/** Runs work in a span below the current one. Without a current span it only runs the work. */
export function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  const span = currentSpan();
  return span ? span.startChild(name, 'client', attributes).run(work) : work();
}

/** Adds attributes to the current span, if any. */
export const annotateSpan = (attributes: Attributes): void => currentSpan()?.set(attributes);

const STATUS_ERROR = 2;
const POSTGRES = { 'db.system.name': 'postgresql' };

/** A span that has started. */
export class Span {
  /** The `traceparent` of what this span causes. */
  readonly trace: string;
  private statements?: StatementRun | undefined;
  private isEnded = false;

  constructor(
    private readonly name: string,
    private readonly span: OtelSpan,
    private readonly startSpan: StartSpan,
    /** Whether this span is a transaction, whose statements have no spans. */
    private readonly isTransaction = false,
  ) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.trace = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  startChild(name: string, kind: Kind, attributes: Attributes): Span {
    this.endStatements();
    return new Span(name, this.startSpan(name, kind, attributes, this.trace), this.startSpan);
  }

  /** Runs the work as the current span, and ends the span. */
  async run<T>(work: (span: Span) => Promise<T>): Promise<T> {
    try {
      return await spans.run(this, work, this);
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.end();
    }
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** Records the type of an error, never its message. A problem that the caller caused is not a failure of this span. */
  fail(error: unknown): void {
    if (error instanceof Problem && error.body.status < 500) this.set({ 'error.type': error.body.code });
    else this.failWith(errorTypeOf(error));
  }

  failWith(errorType: string): void {
    this.set({ 'error.type': errorType });
    this.span.setStatus({ code: STATUS_ERROR });
  }

  /** @param time milliseconds since 1970, if it ended earlier */
  end(time?: number): void {
    this.isEnded = true;
    this.endStatements();
    // The exporter's timers and requests do not belong to the work that happens to start them.
    runInSpan(undefined, () => this.span.end(time));
  }

  /** Runs a database transaction in a span of its own. */
  inTransaction<T>(work: () => Promise<T>): Promise<T> {
    this.endStatements();
    const span = this.startSpan(`${this.name} transaction`, 'client', POSTGRES, this.trace);
    return new Span(this.name, span, this.startSpan, true).run(work);
  }

  /**
   * Begins the use of a connection, usually for one statement. Statements that follow each other, without a transaction or a call
   * between them, share a span. Returns the function to call at the end; undefined for statements that no span of their own describes.
   */
  beginStatement(): ((error?: unknown) => void) | undefined {
    if (this.isTransaction || this.isEnded) return undefined;
    this.statements ??= new StatementRun(this.startChild(`${this.name} statements`, 'client', POSTGRES));
    return this.statements.begin();
  }

  /** Ends the current run of statements: the next statement starts another one. */
  endStatements(): void {
    this.statements?.close();
    this.statements = undefined;
  }
}

/** Statements that share a span. It ends with the last of them. */
class StatementRun {
  private count = 0;
  private running = 0;
  /** The difference between the clock of this run's span and `performance.now()`. */
  private readonly origin = Date.now() - performance.now();
  private lastEnd = 0;
  private isClosed = false;

  constructor(private readonly span: Span) {}

  begin(): (error?: unknown) => void {
    this.count++;
    this.running++;
    return (error) => {
      if (error) this.span.fail(error);
      this.running--;
      this.lastEnd = this.origin + performance.now();
      this.endIfDone();
    };
  }

  close(): void {
    this.isClosed = true;
    this.endIfDone();
  }

  private endIfDone(): void {
    if (!this.isClosed || this.running > 0) return;
    if (this.count > 1) this.span.set({ 'db.operation.batch.size': this.count });
    this.span.end(this.lastEnd);
  }
}

function errorTypeOf(error: unknown): string {
  if (error instanceof Problem) return error.body.code;
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((type) => typeof type === 'string') ?? '_OTHER';
}
