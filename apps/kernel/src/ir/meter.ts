import { IrError } from './ir-error.js';
import type { Json } from './ir.js';
import { measure } from './plain-json.js';

const DEPTH = 64;

/** A budget of work: what a run or a panel may write in all, in bytes, or what one check may do, in steps. */
export class Meter {
  constructor(
    private left: number,
    private readonly exceeded = () => new IrError('EXT_UNSTRUCTURED_ERROR', 'the function produces too much data'),
  ) {}

  /** Throws `exceeded`, an IrError EXT_UNSTRUCTURED_ERROR unless told otherwise, when nothing is left. */
  spend(amount: number): void {
    this.left -= amount;
    if (this.left < 0) throw this.exceeded();
  }

  spendOn(value: Json): void {
    const { bytes, fault } = measure(value, { bytes: this.left, depth: DEPTH });
    if (fault && bytes <= this.left) throw new IrError('VALIDATION_TYPE_ERROR', `a value ${fault.msg}`);
    this.spend(bytes);
  }
}
