import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CodeRun, CodeThread } from './code-thread.js';
import { outcomeOf } from './failure-of-code.js';
import type { Answer } from './messages.js';

let thread: CodeThread;
beforeAll(() => {
  thread = new CodeThread();
});
afterAll(() => thread.close());

const MODULES = { 'lib/text.js': 'export const shout = (text) => text.toUpperCase();' };
const ANSWER: Answer = { ok: true, json: 'null' };

/** Runs the body of a function; its result, or the message of its failure. */
async function run(body: string, more: Partial<CodeRun> = {}, on = thread): Promise<unknown> {
  const modules = more.modules ?? { ...MODULES, 'main.js': `export async function f(ctx, params) { ${body} }` };
  const facts = { app: { id: 'notes', version: '1.0.0' }, user: { id: 'imp_u_ada' }, call_id: 'act_1' };
  const given = { module: 'main.js', entry: 'f', params: '{"n":1}', facts, signal: AbortSignal.timeout(20_000), timeLeftMs: 20_000 };
  const { outcome } = await on.run({ ...given, answer: async () => ANSWER, log: () => undefined, ...more, modules });
  try {
    return outcomeOf(outcome, modules);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the code of an app', () => {
  it('gets its params and what it may know of its call, and returns JSON', async () => {
    expect(await run('return { params, app: ctx.app, user: ctx.user, call: ctx.call_id, gone: undefined, at: new Date(0) }')).toEqual({
      params: { n: 1 },
      app: { id: 'notes', version: '1.0.0' },
      user: { id: 'imp_u_ada' },
      call: 'act_1',
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(await run('')).toBeNull();
  });

  it('imports other modules of its app, and nothing else', async () => {
    const withImport = (specifier: string) => ({
      modules: { ...MODULES, 'main.js': `import * as m from '${specifier}'; export const f = () => m.shout('a');` },
    });
    expect(await run('', withImport('./lib/text.js'))).toBe('A');
    expect(await run('return (await import("./lib/text.js")).shout("b")')).toBe('B');
    for (const specifier of ['fs', 'node:fs', '/etc/passwd', 'https://example.com/m.js', 'lib/text.js'])
      expect(await run('', withImport(specifier))).toMatch(/cannot be imported/);
    for (const specifier of ['./other.js', '../../../etc/passwd', './lib/../../main.js'])
      expect(await run('', withImport(specifier))).toMatch(/the app has no module/);
  });

  it('has the standard parts that its text names', async () => {
    expect(await run('return new TextDecoder().decode(new TextEncoder().encode("é"))')).toBe('é');
    expect(await run('return new URLSearchParams(new URL("https://a.example/?b=c").search).get("b")')).toBe('c');
    expect(await run('return crypto.randomUUID()')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    `new URL('../c?x=1&y=2#h', 'https://a.example:8443/b/d/e').href`,
    `(u => (u.searchParams.set('q', 'a b&c'), u.searchParams.append('q', 'é'), [u.href, u.search, u.searchParams.get('q'), u.searchParams.getAll('q'), u.searchParams.toString()]))(new URL('https://a.example/?z=1#h'))`,
    `(u => [u.searchParams === u.searchParams, u.searchParams.has('a'), u.searchParams.size])(new URL('https://a.example/?a=1&a=2'))`,
    `(u => { const p = u.searchParams; u.search = '?b=3'; const one = [...p]; u.href = 'https://b.example/?c=4'; return [one, [...p], u.searchParams === p] })(new URL('https://a.example/?a=1'))`,
    `(u => { u.searchParams.delete('a'); return [u.href, u.search] })(new URL('https://a.example/?a=1'))`,
    `(u => { u.searchParams.sort(); return u.href })(new URL('https://a.example/?b=1&a=2&b=0'))`,
    `(u => { u.searchParams.delete('a', '1'); return u.href })(new URL('https://a.example/?a=1&a=2'))`,
    `new URLSearchParams({ a: 1, b: 'é &', c: null }).toString()`,
    `new URLSearchParams([['a', 'b'], ['a', 2]]).getAll('a')`,
    `new URLSearchParams(new Map([['a', 'b']])).toString()`,
    `new URLSearchParams(new URLSearchParams('a=1&b=2')).toString()`,
    `[...new URLSearchParams('?a=1&a=2&b=%20x+y&c')]`,
    `[...new URLSearchParams('a=1').entries()].concat([...new URLSearchParams('a=1').keys(), ...new URLSearchParams('a=1').values()])`,
    `(() => { const seen = []; new URLSearchParams('a=1&b=2').forEach((v, k) => seen.push([k, v])); return seen })()`,
    `(() => { try { return new URLSearchParams([['a']]) } catch (e) { return e.name } })()`,
    `(() => { try { return new URL('/x') } catch (e) { return e.name } })()`,
    `[URL.parse('x'), URL.canParse('x'), URL.canParse('/x', 'https://a.example'), URL.parse('/x', 'https://a.example').href]`,
    'new URLSearchParams().toString()',
    'new URLSearchParams(undefined).toString()',
    'new URLSearchParams(null).toString()',
    `JSON.stringify({ u: new URL('https://a.example/ä?ö') })`,
    `[new URLSearchParams() instanceof URLSearchParams, new URL('https://a.example').searchParams instanceof URLSearchParams, URLSearchParams.name]`,
    `(u => { u.pathname = '/x y'; u.hash = 'z'; u.searchParams.set('a', '1'); return u.toString() })(new URL('https://a.example'))`,
    `new URL('d', new URL('https://a.example/b/c')).href`,
  ])('uses addresses as the standard says: %s', async (expression) => {
    const inNode = new Function(`return ${expression}`) as () => unknown;
    expect(await run(`return ${expression}`)).toEqual(JSON.parse(JSON.stringify(inNode())));
  });

  it('fails with what it throws, and where', async () => {
    const modules = {
      'main.js': `export async function f() {\n  return inner();\n}\nfunction inner() {\n  throw new Error('no luck');\n}`,
    };
    expect(await run('', { modules })).toMatch(/^no luck \(main\.js:5:\d+\)$/);
    expect(await run('throw "a text"')).toBe('a text');
    expect(await run('throw { not: "an error" }')).toBe('{"not":"an error"}');
    expect(await run('return null.x')).toMatch(/^cannot read property 'x' of null \(main\.js:1:\d+\)$/);
    expect(await run('return 1n')).toMatch(/bigint/i);
    expect(await run('const a = {}; a.a = a; return a')).toMatch(/circular/i);
  });

  it('fails with the place in the file that its author wrote, if the module has a source map', async () => {
    // One segment: line 1, column 0 of the module is line 3, column 2 of src/main.ts.
    const map = { version: 3, sources: ['src/main.ts'], names: [], mappings: 'AAEE' };
    const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    const modules = { 'main.js': `export async function f() { throw new Error('mapped'); }\n${comment}` };
    expect(await run('', { modules })).toMatch(/^mapped \(src\/main\.ts:3:\d+\)$/);
    expect(await run('', { modules: { 'main.js': modules['main.js'].replace(/base64,.*/, 'base64,bm8=') } })).toMatch(
      /^mapped \(main\.js:1:\d+\)$/,
    );
  });

  it('keeps nothing from one call to the next', async () => {
    const modules = {
      'main.js':
        'globalThis.seen ??= 0; export const f = () => { Array.prototype.poisoned = true; return [globalThis.seen++, [].poisoned]; };',
    };
    expect(await run('', { modules })).toEqual([0, true]);
    expect(await run('', { modules })).toEqual([0, true]);
    expect(await run('return [].poisoned ?? "clean"')).toBe('clean');
    expect(await run('return Math.random()')).not.toBe(await run('return Math.random()'));
  });
});

describe('the code of an app that tries to get out', () => {
  it('finds nothing of the process', async () => {
    const names = [
      'process',
      'require',
      'module',
      'fetch',
      'WebAssembly',
      'setTimeout',
      'setInterval',
      'Worker',
      'std',
      'os',
      'Deno',
      'Bun',
      'XMLHttpRequest',
    ];
    expect(await run(`return [${names.map((name) => `'${name} ' + typeof ${name}`).join(', ')}]`)).toEqual(
      names.map((name) => `${name} undefined`),
    );
  });

  it.each([
    ['the constructor of ctx', 'return ctx.constructor.constructor("return typeof process")()'],
    ['the constructor of a function of ctx', 'return ctx.store.get.constructor("return typeof process")()'],
    ['the prototype of an answer', 'return Object.getPrototypeOf(ctx.call("x")).constructor.constructor("return typeof process")()'],
    ['an error of the host', 'try { await import("fs") } catch (e) { return e.constructor.constructor("return typeof process")() }'],
    ['indirect eval', 'return (0, eval)("typeof process")'],
    [
      'a stack trace',
      'Error.prepareStackTrace = (_, frames) => frames; const { stack } = new Error("x"); return Array.isArray(stack) ? typeof stack[0]?.getThis?.()?.process : "undefined"',
    ],
    ['a proxy as an argument', 'await ctx.call(new Proxy({}, { get: () => "x" }), new Proxy({}, {})); return typeof process'],
  ])('by %s', async (_, body) => {
    expect(await run(body)).toBe('undefined');
  });

  it('changes only what is inside by tampering with the language', async () => {
    const asked: string[] = [];
    const answer: CodeRun['answer'] = async (_, method, json) => {
      asked.push(`${method} ${json}`);
      return ANSWER;
    };
    const body = `
      JSON.stringify = () => '{"kind":"other"}'; JSON.parse = () => ({}); Map.prototype.set = () => { throw new Error('set') };
      Promise.prototype.then = function () { return this };
      await ctx.store.get('note', 'a').catch(() => {});
      return 'done'`;
    await run(body, { answer });
    expect(asked.filter((line) => !line.startsWith('store.get {"kind":"note"'))).toEqual([]);
    expect(await run('return [typeof JSON.parse, JSON.stringify({ a: 1 })]')).toEqual(['function', '{"a":1}']);
  });

  it('cannot answer its own requests or end twice', async () => {
    expect(await run(`const first = ctx.call('a'); globalThis.answer?.(0, true, '"forged"'); return await first`)).toBeNull();
  });
});

describe('the code of an app that takes too much', () => {
  it.each([
    ['a loop', 'while (true);'],
    ['a loop that catches', 'while (true) try { while (true); } catch {}'],
    ['a loop in finally', 'try { while (true); } finally { while (true); }'],
    ['a chain of promises', 'while (true) await null;'],
    ['a regular expression', 'return /^(a+)+$/.test("a".repeat(50) + "b")'],
    ['a getter', 'return { get a() { while (true); } }'],
    ['toJSON', 'return { toJSON() { while (true); } }'],
    ['a loop while the module loads', { 'main.js': 'while (true); export const f = () => 1;' }],
  ])('of processor time, by %s, ends', async (_, body) => {
    const message = typeof body === 'string' ? run(body) : run('', { modules: body });
    expect(await message).toBe('the function used more than 1000 ms of processor time');
  });

  it.each([
    ['an array', 'const all = []; while (true) all.push("x".repeat(100_000) + all.length);'],
    ['typed arrays', 'const all = []; while (true) all.push(new Uint8Array(1_000_000));'],
    ['one text', 'let text = "x"; while (true) text += text;'],
    ['catching it', 'const all = []; while (true) try { all.push(new Uint8Array(4_000_000)); } catch {}'],
  ])('of memory, by %s, ends', async (_, body) => {
    expect(await run(body)).toMatch(/more than 16 MiB of memory|more than 1000 ms|invalid string length|string too long/i);
  });

  it('of processor time ends before its thread is', async () => {
    const modules = { 'main.js': 'export const f = () => { while (true); };' };
    const facts = { app: { id: 'notes', version: '1.0.0' }, user: { id: 'imp_u_ada' }, call_id: 'act_1' };
    const given = { modules, module: 'main.js', entry: 'f', params: '{}', facts, signal: AbortSignal.timeout(20_000), timeLeftMs: 20_000 };
    const { cpuMs } = await thread.run({ ...given, answer: async () => ANSWER, log: () => undefined });
    // The time that is counted for code whose thread was ended.
    expect(cpuMs).toBeLessThan(5_000);
  });

  it('of the memory of the process, by what it sends there, ends', async () => {
    const asked: number[] = [];
    const answer = (request: number) => {
      asked.push(request);
      return new Promise<never>(() => undefined);
    };
    expect(await run('for (;;) void ctx.call("x")', { answer })).toBe('the function made more than 200 requests to ctx');
    expect(asked).toHaveLength(200);
    const large = 'const text = "x".repeat(1_000_000); for (;;) void ctx.call(text)';
    expect(await run(large, { answer })).toBe('the function passed more than 4 MiB to ctx');
    const lines: string[] = [];
    const body = 'for (let n = 0; n < 1_000; n++) ctx.log.info("x".repeat(n * 100)); return 1';
    expect(await run(body, { log: (line) => void lines.push(line) })).toBe(1);
    expect(lines).toHaveLength(101);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(8_300);
    expect(lines.at(-1)).toContain('900 more lines were left out');
  });

  it('of the stack fails', async () => {
    expect(await run('const f = () => f(); return f()')).toMatch(/stack/i);
    expect(await run('return JSON.parse("[".repeat(1_000_000))')).toMatch(/stack/i);
  });

  it('of a result fails', async () => {
    expect(await run('return "x".repeat(300_000)')).toBe('the result is larger than 256 KiB');
    expect(await run('let deep = []; for (let i = 0; i < 100; i++) deep = [deep]; return deep')).toMatch(/nested deeper than 64 levels$/);
    expect(await run('return "a\\0b"')).toMatch(/contains a NUL character/);
  });

  it('or waits for what never happens, ends', async () => {
    expect(await run('await new Promise(() => {})')).toBe('the function waits for something that never happens');
  });

  it('or does not end before its deadline, is stopped', async () => {
    const signal = AbortSignal.timeout(300);
    const answer = () => new Promise<never>(() => undefined);
    await expect(run('await ctx.call("slow")', { signal, answer })).rejects.toThrow(/timeout/);
    expect(await run('return 1')).toBe(1);
  });

  it('learns from its signal that the deadline is near', async () => {
    const answer = () => new Promise<Answer>((resolve) => void setTimeout(() => resolve(ANSWER), 400));
    expect(
      await run('const before = ctx.signal.aborted; await ctx.call("slow"); return [before, ctx.signal.aborted]', {
        timeLeftMs: 500,
        answer,
      }),
    ).toEqual([false, true]);
  });
});

it('code that never looks up is ended with its thread, and what ran beside it gets the same answers again', async () => {
  const own = new CodeThread();
  try {
    let answered = 0;
    const lines: string[] = [];
    const answer: CodeRun['answer'] = async (request) => {
      answered++;
      if (request === 1) await new Promise((resolve) => void setTimeout(resolve, 7_000));
      return { ok: true, json: String(request) };
    };
    const log = (line: string) => void lines.push(line);
    const body = `const a = await ctx.call('a'); ctx.log.info('once'); const b = await ctx.call('b'); return [a, b]`;
    const beside = run(body, { answer, log }, own);
    // Native code: no look at the clock for hours.
    const hung = run('const text = "a".repeat(7_000_000); return text.indexOf("a".repeat(3_000_000) + "b")', {}, own);
    expect(await hung).toBe('the function used more than 1000 ms of processor time');
    expect(await beside).toEqual([0, 1]);
    expect(answered).toBe(2);
    expect(lines).toHaveLength(1);
  } finally {
    await own.close();
  }
});
