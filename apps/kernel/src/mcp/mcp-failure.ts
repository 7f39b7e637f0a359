import { OutboundError } from '@skep/platform';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import { codeOfStatus, outboundFailure, wrongAnswer } from '../server-client/outbound-failure.js';

const MESSAGE_MAX = 500;

/** Of MCP. */
const MISSING_CAPABILITY = -32_021;

interface RpcError {
  code: number;
  message: string;
  data?: JsonObject;
}

/** A JSON-RPC error that an MCP server answered. */
export class McpServerError extends IrError {
  constructor(readonly rpc: RpcError) {
    super('EXT_UNSTRUCTURED_ERROR', `the server of this app answered: ${rpc.message.slice(0, MESSAGE_MAX).toWellFormed()}`);
  }
}

/** What the SDK throws, by its fields: its classes are loaded late. */
interface SdkFailure {
  name: string;
  code?: number | string;
  message: string;
  data?: unknown;
  status?: number;
}

/** The failure of a request to an MCP server. @param maxBytes of its answer */
export function toMcpFailure(error: unknown, maxBytes: number): IrError {
  if (error instanceof IrError) return error;
  if (error instanceof OutboundError) return outboundFailure(error.reason, maxBytes);
  const { code, message = '', data, status = statusIn(data) } = error as SdkFailure;
  if (status === 401 || status === 403)
    return new IrError('CREDENTIAL_REQUIRED', 'the server of this app refuses the request without a valid credential');
  const rpc = typeof code === 'number' ? ({ code, message, data } as RpcError) : rpcIn(data);
  if (rpc?.code === MISSING_CAPABILITY) return new IrError('CAPABILITY_REQUIRED', rpc.message, rpc.data ?? {});
  if (rpc) return new McpServerError(rpc);
  if (status !== undefined) return new IrError(codeOfStatus(status), `the server of this app answered ${status}`);
  if (code === 'CONNECTION_CLOSED' || code === 'ENOENT' || code === 'EACCES') return outboundFailure('network', maxBytes);
  if (code === 'REQUEST_TIMEOUT') return outboundFailure('time', maxBytes);
  return wrongAnswer('is invalid: it is no message of MCP');
}

const statusIn = (data: unknown): number | undefined => {
  const { status } = (data ?? {}) as { status?: unknown };
  return typeof status === 'number' ? status : undefined;
};

/** The error in the body of an answer with an HTTP error: servers of 2025 answer so. */
function rpcIn(data: unknown): RpcError | undefined {
  const { text } = (data ?? {}) as { text?: unknown };
  try {
    const { error } = JSON.parse(String(text)) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.code === 'number' && typeof error.message === 'string' ? (error as RpcError) : undefined;
  } catch {
    return undefined;
  }
}
