/** Answers a list in its order. Unless it is `patient` it waits for no lock, and answers undefined for what is locked. */
export type Send<I, O> = (items: I[], patient: boolean) => Promise<(O | undefined)[]>;

interface Waiting {
  send: Send<unknown, unknown>;
  key: string;
  item: unknown;
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

const ITEMS_MAX = 256;
/** Batches at once that wait for locks. Besides them goes one that waits for none, so it always ends soon. */
const PATIENT_MAX = 3;

/**
 * Hands what waits at the same time for the same `send` over together. Nothing ever waits for company, only for its turn: one batch
 * follows another, so that the more is asked, the more each of them carries. Of one key no two batches are under way, and what
 * somebody else has locked is waited for by itself, so that a key of which much is asked keeps nobody else. When a batch fails, each
 * of its items is tried for itself.
 */
export class Batcher {
  private waiting: Waiting[] = [];
  private readonly busy = new Set<string>();
  private readonly locked = new Set<string>();
  private swift = false;
  private patient = 0;
  private woken = false;

  /** `key`: what two items would lock against each other, whatever is to be done about it. */
  run<I, O>(send: Send<I, O>, key: string, item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.waiting.push({ send, key, item, resolve, reject } as Waiting);
      if (this.woken) return;
      this.woken = true;
      // At the end of the turn: all that came with one reading of the socket goes together.
      setImmediate(() => {
        this.woken = false;
        this.next();
      });
    });
  }

  private next(): void {
    for (;;) {
      const free = this.waiting.filter(({ key }) => !this.busy.has(key));
      const first = free.find(({ key }) => (this.locked.has(key) ? this.patient < PATIENT_MAX : !this.swift));
      if (!first) return;
      const patient = this.locked.has(first.key);
      const together = ({ send, key }: Waiting) => send === first.send && (patient ? key === first.key : !this.locked.has(key));
      const batch = new Set(free.filter(together).slice(0, ITEMS_MAX));
      this.waiting = this.waiting.filter((one) => !batch.has(one));
      void this.handOver([...batch], patient);
    }
  }

  private async handOver(batch: Waiting[], patient: boolean): Promise<void> {
    const keys = new Set(batch.map(({ key }) => key));
    for (const key of keys) this.busy.add(key);
    if (patient) this.patient++;
    else this.swift = true;
    const locked = await this.answer(batch, patient);
    if (patient) this.patient--;
    else this.swift = false;
    for (const key of keys) this.busy.delete(key);
    if (patient) for (const key of keys) this.locked.delete(key);
    for (const { key } of locked) this.locked.add(key);
    this.waiting.unshift(...locked);
    this.next();
  }

  /** Gives back what was locked. */
  private async answer(batch: Waiting[], patient: boolean): Promise<Waiting[]> {
    try {
      const answers = await batch[0]!.send(
        batch.map(({ item }) => item),
        patient,
      );
      if (answers.length !== batch.length) throw new Error(`${batch.length} asked, ${answers.length} answered`);
      return batch.filter(({ resolve }, place) => {
        const answer = answers[place];
        if (answer !== undefined) resolve(answer);
        return answer === undefined;
      });
    } catch (error) {
      if (batch.length === 1) {
        batch[0]!.reject(error);
        return [];
      }
      const locked: Waiting[] = [];
      for (const one of batch) locked.push(...(await this.answer([one], patient)));
      return locked;
    }
  }
}
