/**
 * Runs one step of a start, telling what begins and how long it took. Two lines, since programs may print in between.
 * @template T
 * @param {string} doing for example 'Installing packages'
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(doing, work) {
  const started = Date.now();
  console.log(`${doing} …`);
  const result = await work();
  console.log(`${doing}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}
