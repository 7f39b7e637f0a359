import { CategoryId } from '../categories.js';
import { AppId, AppRef, Empty } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Int, Json, Nested, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, NotFound, problem } from '../problem.js';
import { Icon } from '../urls.js';
import { AppCapReached, appDocs, AppIdTaken, DeveloperAppNotFound } from './app.js';
import { DeployReceipt, InvalidIr } from './deploy.js';
import { NotADeveloper } from './developer-tier.js';

export const RELEASE_FORMAT = 'skep-release/1';

const docs = {
  public_key: { description: 'Ed25519 public key, in base64url.', example: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  fingerprint: {
    description: 'SHA-256 of the public key, in base64: what people compare.',
    example: 'SHA256:OtyV7EUg0OkRAmUA6XEbS3g5Vh2kMYmRdTFR2HMIwPY',
  },
} satisfies Record<string, FieldDocs>;
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;

@Shape('Which release to export.')
export class ExportRelease extends AppRef {
  @Optional()
  @Int({ min: 1, max: 2_147_483_647, ...appDocs.revision, description: 'Number of the release. Left out: the newest one.' })
  revision?: number;
}

@Shape('What a release file contains of an app. Prices stay behind.')
export class ReleaseContent {
  @AppId() app_id!: string;
  @Text({ max: 64, ...appDocs.version }) version!: string;
  @Int({ min: 1, ...appDocs.revision }) revision!: number;
  @Text({ min: 1, max: 200, ...appDocs.name }) name!: string;
  @Text({ max: 2000, ...appDocs.short_description }) short_description!: string;
  @Text({ max: 2000, ...appDocs.description }) description!: string;
  @CategoryId() category!: string;
  @Icon() icon!: string;
  @Json({ bytes: Infinity, description: 'App as an IR envelope.' }) ir!: Record<string, unknown>;
  @Json({ bytes: Infinity, description: 'Manifest of the release.' }) manifest!: Record<string, unknown>;
}

@Shape('A release as a file, signed by the installation that exported it. The same release makes the same file.')
export class ReleaseFile {
  @OneOf([RELEASE_FORMAT], { description: `Always \`${RELEASE_FORMAT}\`.` }) format!: string;
  @Json({ bytes: Infinity, description: 'The release, as `ReleaseContent` describes it.' }) release!: Record<string, unknown>;
  @Text({ pattern: /^[A-Za-z0-9_-]{43}$/, ...docs.public_key, description: `${docs.public_key.description} It made the signature.` })
  public_key!: string;
  @Text({
    pattern: /^[A-Za-z0-9_-]{86}$/,
    description: 'Ed25519 signature, in base64url, of `format` and `release` together as JSON with sorted keys and without white space.',
    example: 'A'.repeat(86),
  })
  signature!: string;
}

@Shape('A release file to import.')
export class ImportRelease extends AppRef {
  @Nested(() => ReleaseFile, { description: 'The file, as it was exported.' }) file!: ReleaseFile;
  @Optional()
  @Text({
    pattern: FINGERPRINT,
    ...docs.fingerprint,
    description: 'Fingerprint of the key that you trust. Left out: that of this installation.',
  })
  fingerprint?: string;
}

@Shape('The key with which this installation signs release files.')
export class ReleaseKey {
  @Text(docs.public_key) public_key!: string;
  @Text(docs.fingerprint) fingerprint!: string;
}

export const ReleaseFileChanged = problem('release_file_changed', 422, 'The release file was changed after its export.');
export const ReleaseKeyNotTrusted = problem('release_key_not_trusted', 422, 'The release file is signed by a key that you do not trust.');

export const releaseFileMembers = {
  getReleaseKey: operation('Read the key that signs release files', {
    description: 'Public. Authors tell its fingerprint to those who import their files into another installation.',
    input: Empty,
    output: ReleaseKey,
  }),
  exportRelease: operation('Export a release as a file', {
    description: 'The IR and the manifest of a release with the texts that the app has now, signed with the key of this installation.',
    input: ExportRelease,
    output: ReleaseFile,
    problems: [DeveloperAppNotFound, NotFound, Conflict],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  importRelease: operation('Import a release file', {
    description:
      'Checks the signature, creates the app if you do not have it, and makes a release of the file, which you can call at once. Texts and prices of an app that you have do not change. A file of another installation needs the fingerprint of its key.',
    input: ImportRelease,
    output: DeployReceipt,
    problems: [ReleaseFileChanged, ReleaseKeyNotTrusted, NotADeveloper, AppIdTaken, AppCapReached, InvalidIr],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
};
