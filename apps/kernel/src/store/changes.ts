import { Problem } from '@skep/contracts';
import { IrError } from '../ir/ir-error.js';

/** Why the changes of a call cannot be made: then it has failed, and none is. */
export class ChangesRefused extends Error {
  constructor(override readonly cause: IrError | Problem) {
    super(cause.message);
  }
}

/** A text that code has written as a file. */
export interface PendingFile {
  text: string;
  size: number;
  content_type: string;
}

/** What a call of code changes. It is made in the transaction that records the call, if the call succeeds. Until then only the call sees it. */
export class Changes {
  /** The files that it has written, by path; null for a deleted one. */
  readonly files = new Map<string, PendingFile | null>();
  private readonly list: (() => Promise<unknown>)[] = [];

  get any(): boolean {
    return this.list.length > 0;
  }

  add(change: () => Promise<unknown>): void {
    this.list.push(change);
  }

  /** Makes them in their order, in the current transaction. @throws ChangesRefused */
  async make(): Promise<void> {
    try {
      for (const change of this.list) await change();
    } catch (error) {
      throw error instanceof IrError || error instanceof Problem ? new ChangesRefused(error) : error;
    }
  }
}
