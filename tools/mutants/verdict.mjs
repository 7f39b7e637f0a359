/**
 * What a test said of a copy. A service that does not even start is no bug that a test has found.
 * @param {{ title: string, status: string, failureMessages: string[] }[]} results of its file
 * @returns {string} `passed`, `failed`, `does not start`, `missing` or what else jest calls it
 */
export function verdictOf(results, title) {
  const result = results.find((each) => each.title === title);
  if (!result) return 'missing';
  return result.failureMessages.some((message) => /\bat (async )?(startService|startSkep)\b/.test(message))
    ? 'does not start'
    : result.status;
}
