import type { Json } from './ir.js';

/** The published error codes of a function's failure. */
export type IrErrorCode =
  | 'VALIDATION_MISSING_FIELD'
  | 'VALIDATION_TYPE_ERROR'
  | 'FABRICATED_ID_SHAPE'
  | 'UNKNOWN_TOOL'
  | 'UNKNOWN_SUB_FUNCTION'
  | 'PERMISSION_DENIED'
  | 'BACKEND_TIMEOUT'
  | 'BACKEND_5XX'
  | 'RATE_LIMITED'
  | 'INTERNAL'
  /** The answer to a question is forged, expired, used or to another one. */
  | 'INVALID_STATE'
  | 'LLM_NOT_CONFIGURED'
  /** The MCP server of the app needs a capability of the client; `data` has it. */
  | 'CAPABILITY_REQUIRED'
  /** The MCP server of the app needs a credential of the user, or refuses theirs. */
  | 'CREDENTIAL_REQUIRED'
  /** A tool of an MCP server differs from what was reviewed. */
  | 'TOOL_CHANGED'
  /** The MCP server asks the user something; `data` has the questions. */
  | 'INPUT_REQUIRED'
  | 'EXT_UNSTRUCTURED_ERROR';

/** The codes that the code of an app may give to its own failures. */
const CODES_OF_AUTHORS: readonly string[] = [
  'VALIDATION_MISSING_FIELD',
  'VALIDATION_TYPE_ERROR',
  'UNKNOWN_SUB_FUNCTION',
  'PERMISSION_DENIED',
  'BACKEND_TIMEOUT',
  'BACKEND_5XX',
  'RATE_LIMITED',
  'LLM_NOT_CONFIGURED',
  'CREDENTIAL_REQUIRED',
] satisfies IrErrorCode[];

export const isCodeOfAuthors = (code: string | undefined): code is IrErrorCode => code !== undefined && CODES_OF_AUTHORS.includes(code);

/** A question is not the end of a call: its answer comes with the same call again. */
const RETRYABLE: ReadonlySet<IrErrorCode> = new Set(['BACKEND_TIMEOUT', 'BACKEND_5XX', 'RATE_LIMITED', 'INPUT_REQUIRED']);

/**
 * A failure of a function. Its message is sent to the caller; it is never logged as an error of Skep. `EXT_UNSTRUCTURED_ERROR` is a
 * fault of the app (a loop of steps, a step that cannot run). Verbs throw it as well if the caller should see the reason.
 */
export class IrError extends Error {
  override readonly name = 'IrError';

  constructor(
    readonly code: IrErrorCode,
    message: string,
    /** A tool result of MCP, which the caller gets with the error. */
    readonly data?: Json,
  ) {
    super(message);
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
