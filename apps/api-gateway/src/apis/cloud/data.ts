import { kernel } from '@skep/contracts/kernel';
import { extension } from '../../route.js';
import { del, get, patch, post } from '../../table.js';

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
];
