/**
 * Runs one step of a start, and prints a line at its start and one with its duration. Programs may print in between.
 * @template T
 * @param {string} title for example 'Installing packages'
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now();
  console.log(`${title} …`);
  const result = await work();
  console.log(`${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}
