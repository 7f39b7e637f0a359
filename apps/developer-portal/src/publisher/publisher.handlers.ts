import { portal, PUBLISHER_PATH, type StartPublisherProof, WebsiteNotAllowed } from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { DeveloperRepository } from '../developer/developer.repository.js';
import type { PublisherProofEntity } from './publisher-proof.entity.js';
import { CHECK_PUBLISHER, PAUSE_MS, PublisherRepository } from './publisher.repository.js';
import { WebsiteClient } from './website-client.js';

/** How many checks in a row fail before a website is lost. */
const CHECKS = 3;

@Handlers()
export class PublisherHandlers {
  constructor(
    private readonly developers: DeveloperRepository,
    private readonly proofs: PublisherRepository,
    private readonly client: WebsiteClient,
  ) {}

  @Handle(portal.startPublisherProof)
  async startPublisherProof(ctx: Ctx, { website }: StartPublisherProof) {
    await this.developers.getCaller(ctx);
    const origin = this.client.originOf(website);
    if (!origin) throw WebsiteNotAllowed();
    return toProof(await this.proofs.start(ctx, origin));
  }

  @Handle(portal.getPublisherProof)
  async getPublisherProof(ctx: Ctx) {
    return toProof(await this.proofs.get(ctx));
  }

  @Handle(portal.checkPublisherProof)
  async checkPublisherProof(ctx: Ctx) {
    const { website, token } = await this.proofs.get(ctx);
    await this.proofs.save(ctx, token, await this.client.findFailure(website, token));
    return toProof(await this.proofs.get(ctx));
  }

  @Handle(portal.removePublisherProof)
  async removePublisherProof(ctx: Ctx) {
    return toProof(await this.proofs.remove(ctx));
  }

  @OnRun(CHECK_PUBLISHER)
  async checkPublisher(run: Run, { token }: { token: string }): Promise<void> {
    for (let check = 1; check <= CHECKS; check++) {
      if (check > 1) await run.sleep(`pause ${check}`, PAUSE_MS);
      if (await run.step(`check ${check}`, ({ ctx }) => this.check(ctx, token))) return;
    }
    await run.commit('lose', ({ ctx }) => this.proofs.loseIfCurrent(ctx, token));
  }

  /** @returns whether no further check is necessary: the website serves the token, or was replaced */
  private async check(ctx: Ctx, token: string): Promise<boolean> {
    const proof = await this.proofs.find(ctx);
    if (proof?.token !== token) return true;
    const failure = await this.client.findFailure(proof.website, token);
    await this.proofs.save(ctx, token, failure);
    return failure === undefined;
  }
}

const toProof = (proof: PublisherProofEntity) => ({
  ...proof,
  token_url: `${proof.website}${PUBLISHER_PATH}`,
  is_verified: proof.verified_at !== null,
});
