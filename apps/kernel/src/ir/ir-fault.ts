import type { FaultCode } from '@skep/contracts/authoring';

/** The keys that lead to a part of an envelope. */
export type Loc = (string | number)[];

/** One mistake in an IR. */
export interface IrFault {
  /** Its kind. */
  code: FaultCode;
  /** The keys that lead to the fault in the envelope (for a flat form: in the envelope converted from it). */
  loc: Loc;
  msg: string;
}

/** Reports a fault of one part of an envelope, under the part's location and name. */
export type Report = (code: FaultCode, msg: string, ...loc: Loc) => void;

/** Whether the part at `loc` is the one at `whole`, or within it. */
export const isWithin = (loc: Loc, whole: Loc): boolean => whole.every((key, depth) => loc[depth] === key);
