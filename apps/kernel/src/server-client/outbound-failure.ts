import type { OutboundError } from '@skep/platform';
import { IrError } from '../ir/ir-error.js';

/** A server that could not be called, or whose answer could not be read, as a failure of the function. @param maxBytes of the answer */
export function outboundFailure(reason: OutboundError['reason'], maxBytes: number): IrError {
  switch (reason) {
    case 'address':
      return new IrError('EXT_UNSTRUCTURED_ERROR', 'the address of the server of this app is not allowed');
    case 'redirect':
      return new IrError('EXT_UNSTRUCTURED_ERROR', 'the server of this app redirects, which calls do not follow');
    case 'size':
      return wrongAnswer(`is larger than ${Math.floor(maxBytes / 1024)} KiB`);
    case 'time':
      return new IrError('BACKEND_TIMEOUT', 'the server of this app did not answer in time');
    case 'network':
      return new IrError('BACKEND_5XX', 'the server of this app could not be reached');
  }
}

export const wrongAnswer = (what: string): IrError => new IrError('EXT_UNSTRUCTURED_ERROR', `the answer of the server of this app ${what}`);

/** The code of a failure for the HTTP status of a server's answer. */
export function codeOfStatus(status: number): IrError['code'] {
  if (status === 429) return 'RATE_LIMITED';
  if (status === 408 || status === 504) return 'BACKEND_TIMEOUT';
  return status >= 500 ? 'BACKEND_5XX' : 'EXT_UNSTRUCTURED_ERROR';
}
