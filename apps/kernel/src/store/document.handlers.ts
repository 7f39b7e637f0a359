import { kernel } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { DocumentRepository } from './document.repository.js';

@Handlers()
export class DocumentHandlers {
  constructor(private readonly documents: DocumentRepository) {}

  @Handle(kernel.getStorageUsage)
  async getStorageUsage(ctx: Ctx) {
    return { bytes: await this.documents.getUsedBytes(ctx) };
  }
}
