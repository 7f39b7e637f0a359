import { IrError } from './ir-error.js';
import type { Json } from './ir.js';
import { measureJson } from './plain-json.js';

const DEPTH_MAX = 64;

/** A budget of work: the bytes that a run or a panel may produce, or the steps of one check. */
export class Meter {
  constructor(
    private left: number,
    private readonly exceeded = () =>
      new IrError('EXT_UNSTRUCTURED_ERROR', 'the function produces too much data: let it read, write or bind less'),
  ) {}

  /** Throws the error of `exceeded` (default: IrError EXT_UNSTRUCTURED_ERROR) if the budget is used up. */
  spend(amount: number): void {
    this.left -= amount;
    if (this.left < 0) throw this.exceeded();
  }

  /** Spends the bytes of a value as JSON. Throws IrError VALIDATION_TYPE_ERROR for a value that cannot be stored. */
  spendOn(value: Json): void {
    const { bytes, fault } = measureJson(value, { bytes: this.left, depth: DEPTH_MAX });
    if (fault && bytes <= this.left) throw new IrError('VALIDATION_TYPE_ERROR', `a value ${fault.msg}`);
    this.spend(bytes);
  }
}
