import { kernel } from '@skep/contracts/kernel';
import { extension } from '../../route.js';
import { del, download, get, patch, post, put, upload } from '../../table.js';

const callToken = { headers: { call_token: { name: 'Authorization', scheme: 'ImperalCallToken' } } };

/** Data that the code of apps keeps. */
export const dataRoutes = [
  post('/v1/internal/store', kernel.createDocument, extension(), { status: 201 }),
  post('/v1/internal/store/{collection}/query', kernel.queryDocuments, extension()),
  post('/v1/internal/store/{collection}/count', kernel.countDocuments, extension()),
  get('/v1/internal/store/{collection}/all', kernel.listAllDocuments, extension()),
  get('/v1/internal/store/{collection}/list_users', kernel.listDocumentUsers, extension()),
  get('/v1/internal/store/{collection}/{doc_id}', kernel.getDocument, extension()),
  patch('/v1/internal/store/{collection}/{doc_id}', kernel.updateDocument, extension(), { query: ['user_id'] }),
  del('/v1/internal/store/{collection}/{doc_id}', kernel.deleteDocument, extension()),
  upload('/v1/internal/storage/upload', kernel.storeFile, extension(), { timeoutMs: 20_000 }),
  download('/v1/internal/storage/download', kernel.getFile, extension()),
  get('/v1/internal/storage/list', kernel.listFiles, extension()),
  del('/v1/internal/storage', kernel.deleteFile, extension()),
  get('/v1/internal/skeleton/{user_id}/{section}', kernel.getSkeleton, extension()),
  put('/v1/internal/skeleton/{user_id}/{section}', kernel.saveSkeleton, extension()),
  get('/v1/internal/skeleton/{app_id}/{user_id}/{section}', kernel.getSkeletonOfCall, extension(), callToken),
  get('/v1/internal/extcache/{app_id}/{user_id}/{model}/{key}', kernel.getCacheEntry, extension(), callToken),
  put('/v1/internal/extcache/{app_id}/{user_id}/{model}/{key}', kernel.storeCacheEntry, extension(), callToken),
  del('/v1/internal/extcache/{app_id}/{user_id}/{model}/{key}', kernel.deleteCacheEntry, extension(), callToken),
];
