import { agent } from '@skep/contracts/agent';
import { del, get, post } from '../../table.js';
import { person } from './access.js';

/** Meanings of texts may take a while to read. */
const EMBED_MS = 60_000;

export const memoryRoutes = [
  get('/api/memory', agent.listMemories, person),
  post('/api/memory/search', agent.searchMemory, person, { timeoutMs: EMBED_MS }),
  post('/api/memory/add', agent.addMemory, person, { timeoutMs: EMBED_MS }),
  post('/api/memory/sync', agent.syncMemory, person, { timeoutMs: EMBED_MS }),
  post('/api/memory/index', agent.indexMemory, person, { timeoutMs: EMBED_MS }),
  get('/api/memory/status', agent.getMemoryStatus, person, { timeoutMs: EMBED_MS }),
  del('/api/memory/{memory_id}', agent.deleteMemory, person),
];
