import { Aggregate, type Env, runProcess } from '@skep/platform';
import { api } from '../../src/api.js';
import { apis } from '../../src/apis/index.js';
import { serviceToken } from '../../src/auth/service-tokens.js';
import { GatewayModule } from '../../src/gateway.module.js';
import { service as gateway } from '../../src/main.js';
import { service } from '../../src/route.js';
import { startGateway } from '../../src/start-gateway.js';
import { del, download, upload } from '../../src/table.js';
import { documents } from './owner.js';

/** An API with files, over the service of the tests. */
export const files = api({
  name: 'files',
  prefix: '/files',
  info: { title: 'Files', summary: 'Documents.', description: 'An API of the tests.' },
  tags: { documents: 'Documents.' },
  auth: [serviceToken],
  routes: [
    upload('/files/documents', documents.addDocument, service()),
    download('/files/documents/{id}', documents.getDocument, service()),
    del('/files/documents/{id}', documents.removeDocument, service()),
  ],
});

@Aggregate({ calls: files.routes.map(({ operation }) => operation) })
class FilesModule {}

/** Starts a gateway with this API. */
export const start = (env: Env) => startGateway({ ...gateway, modules: [GatewayModule, FilesModule] }, [...apis, files], env);

if (import.meta.main) await runProcess(start);
