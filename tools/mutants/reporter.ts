import { readFileSync } from 'node:fs';
import { type Copy, SOUND } from './copies.ts';
import { type TestResult, verdictOf } from './verdict.ts';

/** A reporter for jest that prints one line per copy as soon as its test has ended. */
export default class Verdicts {
  private readonly copies: Copy[];
  private seen = 0;

  /** @param options the file that lists the copies */
  constructor(_config: unknown, { copies }: { copies: string }) {
    this.copies = JSON.parse(readFileSync(copies, 'utf8')) as Copy[];
  }

  onTestResult({ path }: { path: string }, { testResults }: { testResults: TestResult[] }): void {
    for (const { name, test } of this.copies.filter((copy) => copy.path === path)) {
      const words: Record<string, string> = {
        passed: name === SOUND ? 'passes' : 'SURVIVED',
        failed: name === SOUND ? 'FAILS' : 'detected',
      };
      const verdict = verdictOf(testResults, test.name);
      console.error(`${String(++this.seen).padStart(4)}/${this.copies.length}  ${words[verdict] ?? verdict}  ${name}: ${test.name}`);
    }
  }
}
