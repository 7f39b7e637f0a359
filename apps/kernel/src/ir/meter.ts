import { IrError } from './ir-error.js';
import type { Json } from './ir.js';
import { measure } from './plain-json.js';

const DEPTH = 64;

/**
 * How much a run or a panel may write in all. A template that doubles its own result, or a list repeated within a list,
 * ends here instead of in memory.
 */
export class Meter {
  constructor(private left: number) {}

  /** Throws IrError EXT_UNSTRUCTURED_ERROR when nothing is left. */
  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw new IrError('EXT_UNSTRUCTURED_ERROR', 'the function produces too much data');
  }

  spendOn(value: Json): void {
    const { bytes, fault } = measure(value, { bytes: this.left, depth: DEPTH });
    if (fault && bytes <= this.left) throw new IrError('VALIDATION_TYPE_ERROR', `a value ${fault.msg}`);
    this.spend(bytes);
  }
}
