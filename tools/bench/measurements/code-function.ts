import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logIn } from '../client.ts';
import { contest } from '../contest.ts';
import type { Measurement } from '../measurement.ts';
import { callerOf, deployOwnApp } from '../notes-app.ts';

export const description = 'a call of a code function, beside the same as a step, and beside the same code in plain Node';

const APP = 'bench-code';
/** What both functions do: read one document. The code also computes a little. */
const TEXT = `
  export async function find(ctx, { id }) {
    const { data } = await ctx.store.get('note', id);
    return { words: data.text.split(/[^a-z]+/i).filter(Boolean).map((word) => word.toLowerCase()).sort() };
  }`;
const params_schema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
const ir_dict = {
  ir_version: '1.0',
  app: {
    id: APP,
    version: '1.0.0',
    title: 'Bench code',
    capabilities: ['store:write'],
    modules: { 'main.js': TEXT },
    functions: [
      { name: 'code', description: 'Finds.', action_type: 'read', params_schema, impl: { kind: 'code', module: 'main.js', entry: 'find' } },
      declared('steps', 'read', { op: 'store.get', args: { kind: 'note', id: '{{event.id}}' } }),
      declared('keep', 'write', { op: 'store.create', args: { kind: 'note', data: { text: '{{event.id}}' } } }),
    ],
  },
};

function declared(name: string, action_type: string, step: object) {
  return { name, description: 'Notes.', action_type, params_schema, impl: { kind: 'declarative', steps: [{ id: 'only', ...step }] } };
}

export const run: Measurement['run'] = async (skep, options) => {
  const { find } = (await import(`data:text/javascript,${encodeURIComponent(TEXT)}`)) as {
    find: (ctx: object, params: object) => Promise<unknown>;
  };
  const ctx = { store: { get: async () => ({ data: { text: 'Milk, eggs and bread.' } }) } };
  const plain = createServer((_, response) => void find(ctx, { id: 'a' }).then((data) => response.end(JSON.stringify(data))));
  await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
  try {
    const { access_token: token } = await logIn(skep);
    const caller = await callerOf(skep.http, token);
    await deployOwnApp(skep.http, token, caller, ir_dict);
    const { prev } = (await caller.call(APP, 'keep', { id: 'Milk, eggs and bread.' })) as { prev: { id: string } };
    await caller.call(APP, 'code', { id: prev.id });
    const path = `/v1/extensions/${APP}/call`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = (name: string) => ({
      method: 'POST' as const,
      path,
      headers,
      body: JSON.stringify(caller.body(name, { id: prev.id })),
    });
    const results = await contest(
      'code-function',
      [
        { name: 'code', url: skep.url, requests: [request('code')], pids: skep.pids },
        { name: 'steps', url: skep.url, requests: [request('steps')], pids: skep.pids },
        {
          name: 'node',
          url: `http://127.0.0.1:${(plain.address() as AddressInfo).port}`,
          requests: [{ method: 'GET', path: '/' }],
          pids: {},
        },
      ],
      options,
    );
    return { title: `POST ${path}: one document read and its words sorted, 64 connections`, results, targets: [] };
  } finally {
    plain.close();
  }
};
