/** The result of a test, as jest reports it. */
export interface TestResult {
  title: string;
  status: string;
  failureMessages: string[];
}

/**
 * The verdict of a test on a copy. A service that does not start does not count as a detected bug.
 * @param results of its file
 * @returns `passed`, `failed`, `does not start`, `missing`, or another status of jest
 */
export function verdictOf(results: readonly TestResult[], title: string): string {
  const result = results.find((each) => each.title === title);
  if (!result) return 'missing';
  return result.failureMessages.some((message) => /\bat (async )?(startService|startSkep)\b/.test(message))
    ? 'does not start'
    : result.status;
}
