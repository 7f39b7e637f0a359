const AT_ONCE = 4;
const DONE_BEFORE = 8;

/**
 * Works on items, four at a time, and kills a process after eight have succeeded.
 * @returns how many succeeded, once the process is dead
 */
export async function killAmong<T>(items: T[], work: (item: T) => Promise<unknown>, kill: () => Promise<void>): Promise<number> {
  const waiting = items.values();
  let done = 0;
  let killed: Promise<void> | undefined;
  const worker = async () => {
    for (const item of waiting) {
      await work(item).then(
        () => done++,
        () => undefined,
      );
      if (done >= DONE_BEFORE) killed ??= kill();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await killed;
  return done;
}
