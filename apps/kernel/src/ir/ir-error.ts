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
  | 'LLM_NOT_CONFIGURED'
  | 'EXT_UNSTRUCTURED_ERROR';

/**
 * A failure of a function. Its message is sent to the caller; it is never logged as an error of Skep. `EXT_UNSTRUCTURED_ERROR` is a
 * fault of the app (a loop of steps, a step that cannot run). Verbs throw it as well if the caller should see the reason.
 */
export class IrError extends Error {
  override readonly name = 'IrError';

  constructor(
    readonly code: IrErrorCode,
    message: string,
  ) {
    super(message);
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return this.code === 'BACKEND_TIMEOUT' || this.code === 'BACKEND_5XX' || this.code === 'RATE_LIMITED';
  }
}
