import type { LoggerService } from '@nestjs/common';
import { type Logger, pino, stdSerializers } from 'pino';

/** What an error is, where it arose and why; not the values it was about, which may be secrets. */
const describe = (error: Error) => {
  const { type, message, stack, code, cause } = stdSerializers.err(error) as unknown as Record<string, unknown>;
  return { type, message, stack, code, cause };
};

/** JSON lines on standard output; errors with their stacks, secrets never. */
export type Log = Logger;

export const openLog = (service: string, level: string): Log =>
  pino({
    level,
    base: { service },
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describe },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.password', '*.token', '*.refresh_token', '*.authorization', '*.secret'], censor: '[hidden]' },
  });

/** Nest's own messages: its failures are worth a line, its chatter is not. */
export const nestLogger = (log: Log): LoggerService => ({
  log: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown, ...rest: unknown[]) => log.error({ rest }, String(message)),
  fatal: (message: unknown, ...rest: unknown[]) => log.fatal({ rest }, String(message)),
});
