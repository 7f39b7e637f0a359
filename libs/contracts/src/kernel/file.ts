import { TenantId } from '../auth/credentials.js';
import { AppId } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, List, Nested, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { StoredFile } from '../stored-file.js';
import { StorageQuotaExceeded } from './storage.js';

const LIMIT_MAX = 1_000;
export const FilePath = () =>
  Text({
    min: 1,
    max: 1_024,
    pattern: /^[^\p{Cc}]+$/u,
    description: 'Name of the file in the app’s storage. It may contain `/`; `..` has no meaning.',
    example: 'reports/2026/june.pdf',
  });

@Shape('The storage of one app in one tenant. With `X-Acting-User`, that of this user in the app.')
export class StorageRef {
  @AppId() extension_id!: string;
  @TenantId() tenant_id: string = 'default';
}

@Shape('A file to store. It replaces one with the same path.')
export class StoreFile extends StorageRef {
  @Nested(() => StoredFile, { description: 'The file.' }) file!: StoredFile;
  @FilePath() path!: string;
}

@Shape('Identifies a stored file.')
export class FileRef extends StorageRef {
  @FilePath() path!: string;
}

@Shape('Which stored files to list.')
export class ListFiles extends StorageRef {
  @Text({ max: 1_024, description: 'Only files whose path begins with this.', example: 'reports/' }) prefix: string = '';
  @Int({ min: 1, max: LIMIT_MAX, description: 'Maximum number of files.' }) limit: number = 100;
  @Optional() @Text({ max: 1_024, description: 'The `cursor` of the previous page.' }) cursor?: string;
}

@Shape('A file that an app stores.')
export class FileInfo {
  @FilePath() path!: string;
  @Int({ min: 0, description: 'Its size in bytes.', example: 48_213 }) size!: number;
  @Text({ description: 'Its media type, found in its content.', example: 'application/pdf' }) content_type!: string;
  @Instant({ description: 'When it was stored.' }) created_at!: Date;
  @Text({
    description: 'Where it can be downloaded, with the same credential.',
    example: 'https://skep.example.com/v1/internal/storage/download?path=june.pdf&extension_id=mail&tenant_id=default',
  })
  url!: string;
}

@Shape('Stored files, ordered by path.')
export class FileList {
  @List(() => FileInfo, { max: LIMIT_MAX, description: 'The files.' }) files!: FileInfo[];
  @Bool({ description: 'Whether more files follow.' }) has_more!: boolean;
  @Nullable() @Text({ description: 'Where the next page begins; null after the last page.', example: 'reports/2026/june.pdf' }) cursor!:
    string | null;
  @Int({ min: 0, description: 'Number of files on all pages, at most 10,000.', example: 12 }) total!: number;
}

@Shape('The receipt of a deleted file.')
export class FileDeleted {
  @FilePath() path!: string;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

export const FileNotFound = problem('file_not_found', 404, 'File not found.');

export const fileMembers = {
  storeFile: operation('Store a file of an app', {
    description:
      'The file takes part of the storage of its user, or of the app if no user is named. It replaces a file with the same path.',
    input: StoreFile,
    output: FileInfo,
    problems: [StorageQuotaExceeded],
    spansCalls: true,
  }),
  getFile: operation('Download a file of an app', {
    description: 'The file comes as an attachment. A range of its bytes can be asked for.',
    input: FileRef,
    output: StoredFile,
    problems: [FileNotFound],
  }),
  listFiles: operation('List the files of an app', {
    description: 'Lists files by the beginning of their paths, in the order of their paths.',
    input: ListFiles,
    output: FileList,
  }),
  deleteFile: operation('Delete a file of an app', {
    description: 'Its storage is free at once.',
    input: FileRef,
    output: FileDeleted,
    problems: [FileNotFound],
  }),
};
