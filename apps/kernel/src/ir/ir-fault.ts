/** One mistake in an IR. */
export interface IrFault {
  /** The keys that lead to the fault in the envelope (for a flat form: in the envelope converted from it). */
  loc: (string | number)[];
  msg: string;
}
