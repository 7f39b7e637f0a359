import { type ExportRelease as ExportInput, type ImportRelease as ImportInput, portal, type ReleaseKey } from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ExportRelease } from './export-release.js';
import { ImportRelease } from './import-release.js';
import { ReleaseKeys } from './release-keys.js';
import { fingerprintOf } from './signature.js';

@Handlers()
export class ReleaseFileHandlers {
  constructor(
    private readonly keys: ReleaseKeys,
    private readonly exports: ExportRelease,
    private readonly imports: ImportRelease,
  ) {}

  @Handle(portal.getReleaseKey)
  async getReleaseKey(): Promise<ReleaseKey> {
    const { public_key } = await this.keys.get();
    return { public_key, fingerprint: fingerprintOf(public_key) };
  }

  @Handle(portal.exportRelease)
  exportRelease(ctx: Ctx, input: ExportInput) {
    return this.exports.run(ctx, input);
  }

  @Handle(portal.importRelease)
  importRelease(ctx: Ctx, input: ImportInput) {
    return this.imports.run(ctx, input);
  }
}
