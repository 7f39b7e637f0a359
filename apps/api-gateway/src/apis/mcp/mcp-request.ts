import { InvalidInput } from '@skep/contracts';
import type { MyExtension } from '@skep/contracts/registry';
import { type Ctx, nextTraceparent } from '@skep/platform';
import type { ServerCapabilities } from '@modelcontextprotocol/server';
import { CALL_MS } from '../cloud/kernel.js';

/** Of a message; for clients that cannot set the header. */
const IDEMPOTENCY_META = 'skep/idempotencyKey';
const TRACE_META = 'traceparent';
const MAX_KEY_LENGTH = 255;

/** One HTTP request of an MCP client, whose caller is authenticated. */
export interface McpRequest {
  /** Without an idempotency key. */
  ctx: Ctx;
  /** The origin by which the client reached the gateway. */
  site: string;
  /** The app of `/mcp/{app_id}`; undefined at `/mcp`. */
  app?: MyExtension | undefined;
  /** What the MCP server of that app offers beside tools, if the message may need it. */
  passed?: ServerCapabilities | undefined;
  /** `?tools=search`: the client wants tools that find and call the others. */
  searches?: boolean;
  /** `Idempotency-Key`. */
  idempotencyKey?: string | undefined;
}

type Meta = Readonly<Record<string, unknown>> | undefined;

/** The context of a call: in the trace and under the idempotency key of the message, if it has them. @throws Problem `invalid_input` for a key that is too long */
export function callCtx({ ctx, idempotencyKey }: McpRequest, meta: Meta): Ctx {
  const key = idempotencyKey ?? meta?.[IDEMPOTENCY_META];
  const trace = meta?.[TRACE_META];
  if (typeof key === 'string' && key.length > MAX_KEY_LENGTH)
    throw InvalidInput([{ loc: [IDEMPOTENCY_META], msg: `Must have at most ${MAX_KEY_LENGTH} characters`, type: 'is_length' }]);
  return {
    ...ctx,
    deadline: Date.now() + CALL_MS,
    ...(typeof key === 'string' && key && { idempotencyKey: key }),
    ...(typeof trace === 'string' && { trace: nextTraceparent(trace) }),
  };
}
