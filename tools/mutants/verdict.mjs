/**
 * The verdict of a test on a copy. A service that does not start does not count as a detected bug.
 * @param {{ title: string, status: string, failureMessages: string[] }[]} results of its file
 * @returns {string} `passed`, `failed`, `does not start`, `missing`, or another status of jest
 */
export function verdictOf(results, title) {
  const result = results.find((each) => each.title === title);
  if (!result) return 'missing';
  return result.failureMessages.some((message) => /\bat (async )?(startService|startSkep)\b/.test(message))
    ? 'does not start'
    : result.status;
}
