import type { StoredFile } from '@skep/contracts';
import {
  type FileInfo,
  type FileList,
  type FileRef,
  kernel,
  type ListFiles,
  type StorageRef,
  type StoreFile,
} from '@skep/contracts/kernel';
import { commitWithAnswer, type Ctx, Database, Handle, Handlers, siteOf, tenantOf } from '@skep/platform';
import { KernelConfig } from '../kernel.config.js';
import { StorageLimits } from '../store/storage-limits.js';
import type { AppFileEntity } from './app-file.entity.js';
import { type FileOwner, FileRepository } from './file.repository.js';

/** The operations of files name app and tenant: services and the code of apps call them. */
@Handlers()
export class FileHandlers {
  constructor(
    private readonly db: Database,
    private readonly files: FileRepository,
    private readonly limits: StorageLimits,
    private readonly config: KernelConfig,
  ) {}

  @Handle(kernel.storeFile)
  async storeFile(ctx: Ctx, input: StoreFile) {
    const owner = ownerOf(ctx, input);
    const quota = owner.user_id
      ? await this.limits.getLimit({ ...ctx, tenant: owner.tenant_id, user: owner.user_id })
      : this.config.SKEP_APP_STORAGE_BYTES;
    return commitWithAnswer(this.db, async () => this.toInfo(await this.files.save(owner, input.path, input.file, quota)));
  }

  @Handle(kernel.getFile)
  async getFile(ctx: Ctx, input: FileRef): Promise<StoredFile> {
    const { object_id, size, sha256, media_type, path } = await this.files.find(ownerOf(ctx, input), input.path);
    return { object_id, size, sha256, media_type, name: nameOf(path) };
  }

  @Handle(kernel.listFiles)
  async listFiles(ctx: Ctx, { prefix, limit, cursor = '', ...input }: ListFiles): Promise<FileList> {
    const owner = ownerOf(ctx, input);
    const [found, total] = await Promise.all([this.files.list(owner, prefix, cursor, limit + 1), this.files.count(owner, prefix)]);
    const files = found.slice(0, limit).map((file) => this.toInfo(file));
    const has_more = found.length > limit;
    return { files, has_more, cursor: has_more ? files.at(-1)!.path : null, total };
  }

  @Handle(kernel.deleteFile)
  async deleteFile(ctx: Ctx, input: FileRef) {
    await this.files.delete(ownerOf(ctx, input), input.path);
    return { path: input.path, status: 'deleted' };
  }

  private toInfo({ path, size, media_type, created_at, app_id, tenant_id }: AppFileEntity): FileInfo {
    const query = new URLSearchParams({ path, extension_id: app_id, tenant_id });
    const url = `${siteOf(this.config)}/v1/internal/storage/download?${query}`;
    return { path, size, content_type: media_type, created_at, url };
  }
}

/** An app acts in the tenant of its token, a service in the one that it names. */
const ownerOf = (ctx: Ctx, input: StorageRef): FileOwner => ({
  tenant_id: tenantOf(ctx, input),
  app_id: input.extension_id,
  user_id: ctx.user,
});

const NAME_MAX = 255;
/** The last part of a path, as the name of a download. */
const nameOf = (path: string): string => [...(path.split('/').findLast(Boolean) ?? 'file')].slice(-NAME_MAX).join('');
