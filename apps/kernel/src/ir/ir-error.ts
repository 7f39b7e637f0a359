/** The codes with which a function may fail, as clients of the platform know them. */
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
 * A function's own failure: told to its caller, never logged as ours. `EXT_UNSTRUCTURED_ERROR` is the app's own fault
 * (a step loop, a step that cannot be run). Verbs throw this too when the caller should learn the reason.
 */
export class IrError extends Error {
  override readonly name = 'IrError';

  constructor(
    readonly code: IrErrorCode,
    message: string,
  ) {
    super(message);
  }

  /** The same call may well succeed a little later. */
  get retryable(): boolean {
    return this.code === 'BACKEND_TIMEOUT' || this.code === 'BACKEND_5XX' || this.code === 'RATE_LIMITED';
  }
}
