interface Waiting<I, O> {
  item: I;
  key: string;
  resolve: (answer: O) => void;
  reject: (error: unknown) => void;
}

const AT_ONCE = 4;
/** Of these, how many may wait for locks: there is always a line for those who need not. */
const PATIENT_MAX = 3;
const ITEMS_MAX = 256;

/** Answers a list in its order. Unless it is `patient` it waits for no lock, and answers undefined for what is locked. */
type Send<I, O> = (items: I[], patient: boolean) => Promise<(O | undefined)[]>;

/**
 * Hands what waits at the same time over together. Nothing ever waits for company, only for a free line. Of one key no two
 * batches are under way, and what somebody else has locked is waited for by itself, so that a key of which much is asked keeps
 * nobody else. When a batch fails, each of its items is tried for itself.
 */
export class Batcher<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private readonly busy = new Set<string>();
  private readonly locked = new Set<string>();
  private underWay = 0;
  private patient = 0;
  private woken = false;

  /** `keyOf`: what two items would lock against each other. */
  constructor(
    private readonly keyOf: (item: I) => string,
    private readonly send: Send<I, O>,
  ) {}

  run(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, key: this.keyOf(item), resolve, reject });
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
    while (this.underWay < AT_ONCE) {
      const free = this.waiting.filter(({ key }) => !this.busy.has(key));
      const alone = this.patient < PATIENT_MAX ? free.find(({ key }) => this.locked.has(key))?.key : undefined;
      const mayGo = ({ key }: Waiting<I, O>) => (alone === undefined ? !this.locked.has(key) : key === alone);
      const batch = free.filter(mayGo).slice(0, ITEMS_MAX);
      if (!batch.length) return;
      const gone = new Set(batch);
      this.waiting = this.waiting.filter((one) => !gone.has(one));
      void this.handOver(batch, alone !== undefined);
    }
  }

  private async handOver(batch: Waiting<I, O>[], patient: boolean): Promise<void> {
    const keys = new Set(batch.map(({ key }) => key));
    for (const key of keys) this.busy.add(key);
    this.underWay++;
    this.patient += Number(patient);
    const locked = await this.answer(batch, patient);
    for (const key of keys) this.busy.delete(key);
    this.underWay--;
    this.patient -= Number(patient);
    if (patient) for (const key of keys) this.locked.delete(key);
    for (const { key } of locked) this.locked.add(key);
    this.waiting.unshift(...locked);
    this.next();
  }

  /** Gives back what was locked. */
  private async answer(batch: Waiting<I, O>[], patient: boolean): Promise<Waiting<I, O>[]> {
    try {
      const answers = await this.send(
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
        batch[0]?.reject(error);
        return [];
      }
      const locked: Waiting<I, O>[] = [];
      for (const one of batch) locked.push(...(await this.answer([one], patient)));
      return locked;
    }
  }
}
