import { isObject } from '@skep/contracts';
import { partialDeepStrictEqual } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, messageOf } from '../setup/fault.mjs';
import { checkApp, faultText } from './check.ts';
import { deployApp } from './deploy.ts';
import { type AppFolder, type JsonObject, parseJson, readAppFolder } from './folder.ts';
import { asAuthor } from './server.ts';

/** A call, and a part of what it must answer. */
interface TestCase {
  file: string;
  function: string;
  params: JsonObject;
  expect: JsonObject;
}

/**
 * Deploys the app in a folder for its author, and makes the calls of tests/*.json, those of a file in their order.
 * @returns the exit code: 1 if the app has faults or a test fails
 */
export async function runTests(name?: string): Promise<number> {
  const folder = readAppFolder(name);
  const cases = readCases(folder);
  const checked = await checkApp(folder);
  if (checked.faults.length) {
    for (const fault of checked.faults) console.log(faultText(fault));
    return 1;
  }
  await deployApp(folder, checked);
  const { imperal_id: user_id } = await asAuthor(folder.settings, (skep) => skep.getMe());
  const call = (name: string, params: JsonObject) =>
    asAuthor(folder.settings, (skep) => skep.callFunction({ app_id: folder.id, user_id, function: name, params })).catch(asAnswer);
  let failed = 0;
  for (const { file, function: called, params, expect } of cases) {
    const answer = await call(called, params);
    const difference = differenceOf(answer, expect);
    console.log(`${difference ? 'FAIL' : 'ok  '}  ${file}  ${called}`);
    if (difference) console.log(indent(answer.error ? `${answer.error}\n${difference}` : difference));
    failed += difference ? 1 : 0;
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

/** A call that did not start, as an answer that no test expects. */
function asAnswer(error: unknown): { status: string; error: string } {
  if (error instanceof Fault) return { status: 'refused', error: error.message };
  throw error;
}

/** @throws Fault if there are none, or one is not well-formed */
function readCases({ path }: AppFolder): TestCase[] {
  const folder = join(path, 'tests');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const cases = files.sort().flatMap((file) => readFile(join(folder, file), `tests/${file}`));
  if (!cases.length)
    throw new Fault(`${folder} has no tests. Write one: [{ "function": "NAME", "params": {}, "expect": { "status": "success" } }]`);
  return cases;
}

function readFile(path: string, file: string): TestCase[] {
  const json = parseJson(readFileSync(path, 'utf8'), file);
  if (!Array.isArray(json)) throw new Fault(`${file} must contain a list of calls.`);
  return json.map((each: unknown, i) => {
    const { function: name, params = {}, expect = { status: 'success' } } = (isObject(each) ? each : {}) as Partial<TestCase>;
    if (typeof name !== 'string' || !isObject(params) || !isObject(expect))
      throw new Fault(`${file}: call ${i + 1} needs 'function', and 'params' and 'expect' must be objects.`);
    return { file, function: name, params, expect };
  });
}

/** How an answer differs from what it must contain. */
function differenceOf(answer: object, expected: JsonObject): string | undefined {
  try {
    partialDeepStrictEqual(answer, expected);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '      ');
