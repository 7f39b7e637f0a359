import { InvalidInput, Problem, read, textOfFaults, type Type } from '@skep/contracts';
import { channels } from '@skep/contracts/channels';
import { connections, SecretNotSet } from '@skep/contracts/connections';
import { CacheEntryNotFound } from '@skep/contracts/kernel';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type CodeCall, payerOf } from '../call/call.js';
import { runStepOnce } from '../call/call-idempotency.js';
import { CacheRepository } from '../ext-cache/cache.repository.js';
import { IrError } from '../ir/ir-error.js';
import type { Json, JsonObject } from '../ir/ir.js';
import { FetchForCode } from './fetch-for-code.js';
import { FilesOfCode } from './files-of-code.js';
import {
  CacheEntryInput,
  CacheKeyInput,
  FetchInput,
  FileInput,
  FilePrefixInput,
  FileTextInput,
  NotifyInput,
  SecretInput,
} from './request-inputs.js';

/** The entries of `ctx.cache` are apart from those that an app stores over the API. */
const CACHE_MODEL = 'ctx';

interface Method<T extends object> {
  input: Type<T>;
  /** What the app must be permitted. */
  permission?: string;
  /** @param ctx of this request, with its key */
  run: (call: CodeCall, ctx: Ctx, input: T) => Promise<Json>;
}

/** What `ctx` offers to code beside the verbs of steps. */
@Injectable()
export class CodeRequests {
  private readonly methods: ReadonlyMap<string, Method<object>>;

  constructor(
    private readonly bus: Bus,
    private readonly cache: CacheRepository,
    private readonly files: FilesOfCode,
    private readonly http: FetchForCode,
  ) {
    const method = <T extends object>(name: string, given: Method<T>): [string, Method<object>] => [
      name,
      given as unknown as Method<object>,
    ];
    this.methods = new Map([
      method('http.fetch', { input: FetchInput, run: (call, ctx, input) => runStepOnce(ctx, () => this.http.fetch(call, ctx, input)) }),
      method('secrets.get', { input: SecretInput, run: ({ app }, ctx, { name }) => this.readSecret(ctx, app.id, name) }),
      method('notify', { input: NotifyInput, permission: 'chat:send', run: (call, ctx, input) => this.notify(call, ctx, input) }),
      method('cache.get', { input: CacheKeyInput, run: ({ app }, ctx, { key }) => this.readCache(keyOf(ctx, app.id, key)) }),
      method('cache.set', { input: CacheEntryInput, run: ({ app }, ctx, input) => this.writeCache(keyOf(ctx, app.id, input.key), input) }),
      method('cache.delete', {
        input: CacheKeyInput,
        run: async ({ app }, ctx, { key }) => {
          await this.cache.delete(keyOf(ctx, app.id, key));
          return null;
        },
      }),
      method('files.list', {
        input: FilePrefixInput,
        permission: 'store:read',
        run: (call, _, { prefix }) => this.files.list(filesOf(call), prefix),
      }),
      method('files.read', {
        input: FileInput,
        permission: 'store:read',
        run: (call, ctx, { path }) => runStepOnce(ctx, () => this.files.read(filesOf(call), path)),
      }),
      method('files.write', {
        input: FileTextInput,
        permission: 'store:write',
        run: (call, _, input) => this.files.write(changingFilesOf(call), input),
      }),
      method('files.delete', {
        input: FileInput,
        permission: 'store:write',
        run: (call, _, { path }) => this.files.delete(changingFilesOf(call), path),
      }),
    ]);
  }

  /** @param ctx of this request, with its key @throws IrError, Problem */
  async perform(call: CodeCall, ctx: Ctx, name: string, args: JsonObject): Promise<Json> {
    const method = this.methods.get(name);
    if (!method) throw new IrError('EXT_UNSTRUCTURED_ERROR', `ctx has no '${name}'`);
    const { permission, input, run } = method;
    if (permission && !call.app.permissions.has(permission))
      throw new IrError('PERMISSION_DENIED', `${name}: the app lacks the permission '${permission}'`);
    return run(call, ctx, readInput(input, name, args));
  }

  private async readSecret(ctx: Ctx, app_id: string, name: string): Promise<Json> {
    try {
      return (await this.bus.call(connections.getSecret, { ...ctx, idempotencyKey: undefined }, { app_id, name })).value;
    } catch (error) {
      if (error instanceof Problem && error.body.code === SecretNotSet.code) return null;
      throw error;
    }
  }

  private async notify({ app }: CodeCall, ctx: Ctx, { title, body, priority }: NotifyInput): Promise<Json> {
    const { tenant: tenant_id, user: user_id } = ctx;
    const notification = { user_id, tenant_id, subject: title, message: body || title, priority, extension_id: app.id };
    const { notification_id } = await runStepOnce(ctx, () => this.bus.call(channels.notify, ctx, { ...notification, channel: 'default' }));
    return { notification_id };
  }

  private async readCache(key: EntryKey): Promise<Json> {
    try {
      return (await this.cache.get(key)).data as Json;
    } catch (error) {
      if (error instanceof Problem && error.body.code === CacheEntryNotFound.code) return null;
      throw error;
    }
  }

  private async writeCache(key: EntryKey, { value, ttl_seconds }: CacheEntryInput): Promise<Json> {
    const envelope = { model: CACHE_MODEL, version: 1, data: value ?? null, cached_at: new Date().toISOString() };
    await this.cache.store(key, envelope, ttl_seconds);
    return null;
  }
}

type EntryKey = Parameters<CacheRepository['get']>[0];

const keyOf = ({ tenant, user }: Ctx, app_id: string, key: string): EntryKey => ({
  tenant_id: tenant,
  user_id: user,
  app_id,
  model: CACHE_MODEL,
  key,
});

const filesOf = ({ ctx, app, changes }: CodeCall) => ({ owner: { tenant_id: ctx.tenant, app_id: app.id, user_id: ctx.user }, changes });

/** @throws IrError for code that only reads */
function changingFilesOf(call: CodeCall) {
  const { changes } = call;
  if (!changes) throw new IrError('PERMISSION_DENIED', 'this code only reads: call a function to change a file');
  return { ...filesOf(call), changes, payer: payerOf(call) };
}

/** @throws IrError `VALIDATION_TYPE_ERROR` that names each fault */
function readInput<T extends object>(type: Type<T>, name: string, args: JsonObject): T {
  try {
    return read(type, args);
  } catch (error) {
    if (!(error instanceof Problem) || error.body.code !== InvalidInput.code || !Array.isArray(error.body.detail)) throw error;
    throw new IrError('VALIDATION_TYPE_ERROR', `${name}: ${textOfFaults(error.body.detail)}`);
  }
}
