export { Aggregate } from './aggregate.js';
export { Bus, type OnPart, type Reply } from './bus.js';
export { CachedAnswer } from './cached-answer.js';
export { ConfigError, type Env, ProcessConfig, readConfig, ServiceConfig, type SettingFault, syntaxFaults } from './config.js';
export {
  type Ctx,
  DEFAULT_TIMEOUT_MS,
  extensionActor,
  extensionOf,
  isTraceparent,
  serializeEventCtx,
  newCtx,
  newTraceparent,
  nextTraceparent,
  ownerOf,
  tenantOf,
  traceId,
  traceparentOf,
  withKeySuffix,
  writeCtx,
  writeEventCtx,
} from './context.js';
export { Database } from './database.js';
export { as, type RowOf, type Shape, type Statement, statement, statements, unprepared } from './statement.js';
export { type Declaration, declarationOf, type Declared } from './declaration.js';
export { consumerOf, ensureConsumer, findDifferences, STREAM, streamConfig } from './event-stream.js';
export { eraseUser } from './erase-user.js';
export { FairQueue } from './fair-queue.js';
export { isWithoutEffect, toProblem } from './faults.js';
export { Handle, Handlers, OnEvent, OnRun, operationOf } from './handlers.js';
export { Idempotency } from './idempotency.js';
export { findInexactNumber } from './inexact-number.js';
export { commitWithAnswer, currentLease, type Lease, type LeasedPart } from './lease.js';
export { type Log, nestLogger, openLog } from './log.js';
export { Management, type Readiness } from './management.js';
export { Metrics, type StreamState } from './metrics.js';
export { merge } from './merge.js';
export { connectNats } from './nats.js';
export { platformMigrations } from './migrate.js';
export { hashesOf, Migration, type Migrations } from './migration.js';
export { networkOf } from './network.js';
export { keep, keepForEver, keepUntil, type Retention } from './retention.js';
export { rateLimitFaults, type RateLimits, readRateLimits } from './rate-limits.js';
export { Outbound, type OutboundAnswer, OutboundError, type OutboundRequest } from './outbound/outbound.js';
export { runKind, type RunKind, type RunOptions } from './runs/run-kind.js';
export { type Ended, Run, RunStopped, type Step } from './runs/run.js';
export { Runs } from './runs/runs.js';
export { RunEvents } from './run-events/run-events.js';
export {
  type LogPosition,
  parsePosition,
  positionAfter,
  positionAtStart,
  type RunEvent,
  RunLog,
  type RunReader,
} from './run-events/run-log.js';
export { RUN_LOG } from './run-events/log.js';
export { type MissedSlots, type NewSchedule, type SlotOverlap, Slots, type Timing } from './runs/schedule.js';
export { ScheduleWorker } from './runs/schedule-worker.js';
export { type Schedule, Schedules, type Slot } from './runs/schedules.js';
export { RunSignal } from './runs/run-signal.js';
export { RunStore } from './runs/run-store.js';
export { Together } from './runs/together.js';
export { type RunHandler, RunWorker } from './runs/run-worker.js';
export { Sealed } from './sealing/sealed-columns.js';
export { type Place, type Resealed, Sealing } from './sealing/sealing.js';
export { SealingConfig } from './sealing/sealing-config.js';
export { isLately, isMac, isSameSecret, isStamped, macOf } from './signature.js';
export { signatureHeaders, validSecrets } from './standard-webhooks.js';
export { createDataSource, openDatabase } from './open-database.js';
export { describeSchema, type Queryable } from './schema.js';
export { type ResealAnswer, resealSubject } from './sealing/answer-reseal.js';
export { receiveForSockets, type SocketOrder } from './sockets/receive-for-sockets.js';
export { Sockets } from './sockets/sockets.js';
export { askStatus, statusSubject } from './status.js';
export { assertOperator } from './operator.js';
export { Objects, type StoredContent } from './objects/objects.js';
export { PublicUrl, siteOf } from './public-url.js';
export { DEFAULT_OBJECTS, ObjectsUrl } from './objects/objects-setting.js';
export { OwnedObjects } from './objects/owned-objects.js';
export { Outbox } from './outbox.js';
export { sendPart } from './parts.js';
export { PlatformModule } from './platform.module.js';
export { idOfKey } from './id-of-key.js';
export { Interval } from './interval.js';
export { IntervalJob } from './interval-job.js';
export { mayReturnTo, ReturnToAllow } from './return-to.js';
export { LOG, runProcess, type RunningProcess } from './run-process.js';
export { runService } from './run-service.js';
export { serve, type Service, tablesOf } from './serve.js';
export { orderBy } from './keyset.js';
export { COUNTED_MAX, defineList, type List, type Paging, type Selection, toPageFields, toPaging } from './list.js';
export { type Classes, type Tables } from './tables.js';
export { safeToolName, SHORTENED_TOOL, TOOL_SEPARATOR, toolNameOf } from './tool-name.js';
export { openTracer } from './tracing/open-tracer.js';
export { annotateSpan, currentSpan, inSpan, runInSpan, type Span } from './tracing/span.js';
export { TRACE_OF_RUN } from './traces/run-traces.js';
export { isVisible, numberOf, type TraceSource, traceSource } from './traces/trace-source.js';
export { type Tracer } from './tracing/tracer.js';
