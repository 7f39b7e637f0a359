import type { LoggerService } from '@nestjs/common';
import { type Logger, pino, stdSerializers } from 'pino';

/** Type, message, stack, code and cause of an error, without its other fields: they may contain secrets. */
const serializeError = (error: Error) => {
  const { type, message, stack, code, cause } = stdSerializers.err(error) as unknown as Record<string, unknown>;
  return { type, message, stack, code, cause };
};

/** Writes JSON lines to standard output: errors with their stacks, and no secrets. */
export type Log = Logger;

/** Creates the log of a process; each line names the service. */
export const openLog = (service: string, level: string): Log =>
  pino({
    level,
    base: { service },
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: serializeError },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.password', '*.token', '*.refresh_token', '*.authorization', '*.secret'], censor: '[hidden]' },
  });

/** Passes Nest's warnings and errors to our log, and drops the rest. */
export const nestLogger = (log: Log): LoggerService => ({
  log: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown, ...rest: unknown[]) => log.error({ rest }, String(message)),
  fatal: (message: unknown, ...rest: unknown[]) => log.fatal({ rest }, String(message)),
});
