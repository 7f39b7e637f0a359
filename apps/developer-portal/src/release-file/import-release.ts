import { InvalidInput, Problem, read } from '@skep/contracts';
import {
  type DeployReceipt,
  type ImportRelease as Input,
  ReleaseContent,
  type ReleaseFile,
  ReleaseFileChanged,
  ReleaseKeyNotTrusted,
} from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { exceedsDepth } from '../app/manifest.js';
import { CreateApp } from '../app-lifecycle/create-app.js';
import { DeployIr } from '../app-lifecycle/deploy-ir.js';
import { ReleaseKeys } from './release-keys.js';
import { fingerprintOf, isIntact } from './signature.js';

/** Levels of a release: those of a manifest, and the file's own. */
const DEPTH_MAX = 66;

/** Makes a release of a signed file, for the caller as its developer. */
@Injectable()
export class ImportRelease {
  constructor(
    private readonly apps: AppRepository,
    private readonly keys: ReleaseKeys,
    private readonly create: CreateApp,
    private readonly deploy: DeployIr,
  ) {}

  /** @throws ReleaseFileChanged, ReleaseKeyNotTrusted, InvalidInput; as CreateApp if the caller does not have the app; as DeployIr */
  async run(ctx: Ctx, { app_id, file, fingerprint }: Input): Promise<DeployReceipt> {
    const { ir, manifest, name, short_description, description, category, icon } = await this.open(app_id, file, fingerprint);
    if (!(await this.apps.findOwn(ctx, app_id))) {
      const texts = { name, short_description, description, category, icon };
      await this.create.run(ctx, { app_id, ...texts, git_url: '', pricing_model: 'free' });
    }
    return this.deploy.run(ctx, { app_id, ir_dict: ir, manifest_json: manifest, dev_mode: true });
  }

  /** The content of a file whose signature and key are right. */
  private async open(app_id: string, file: ReleaseFile, fingerprint: string | undefined): Promise<ReleaseContent> {
    if (exceedsDepth(file.release, DEPTH_MAX) || !isIntact(file))
      throw ReleaseFileChanged('The signature does not match the content: the file was changed after its export. Get it again.');
    await this.assertTrusted(file, fingerprint);
    const content = readContent(file);
    if (content.app_id === app_id) return content;
    throw InvalidInput([{ loc: ['app_id'], msg: `The file is a release of '${content.app_id}'. Import it as that`, type: 'app_id' }]);
  }

  private async assertTrusted({ public_key }: ReleaseFile, wanted: string | undefined): Promise<void> {
    const signer = fingerprintOf(public_key);
    if (signer === (wanted ?? fingerprintOf((await this.keys.get()).public_key))) return;
    throw ReleaseKeyNotTrusted(
      wanted
        ? `The file is signed by the key ${signer}, not by ${wanted}. Do not import it, unless its author names this fingerprint.`
        : `The file is signed by the key ${signer} of another installation. If its author names this fingerprint, send it as 'fingerprint'.`,
    );
  }
}

/** @throws InvalidInput with the faults of the release */
function readContent({ release }: ReleaseFile): ReleaseContent {
  try {
    return read(ReleaseContent, release);
  } catch (error) {
    if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
    throw InvalidInput(error.body.detail.map((fault) => ({ ...fault, loc: ['file', 'release', ...fault.loc] })));
  }
}
