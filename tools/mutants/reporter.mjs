import { readFileSync } from 'node:fs';
import { SOUND } from './copies.mjs';
import { verdictOf } from './verdict.mjs';

/** A reporter for jest that prints one line per copy as soon as its test has ended. */
export default class Verdicts {
  seen = 0;

  constructor(_, { copies }) {
    this.copies = JSON.parse(readFileSync(copies, 'utf8'));
  }

  onTestResult({ path }, { testResults }) {
    for (const { name, test } of this.copies.filter((copy) => copy.path === path)) {
      const words = { passed: name === SOUND ? 'passes' : 'SURVIVED', failed: name === SOUND ? 'FAILS' : 'detected' };
      const verdict = verdictOf(testResults, test.name);
      console.error(`${String(++this.seen).padStart(4)}/${this.copies.length}  ${words[verdict] ?? verdict}  ${name}: ${test.name}`);
    }
  }
}
