import { fileURLToPath } from 'node:url';
import { lintConfig } from './tools/lint/config.js';

export default lintConfig(fileURLToPath(new URL('.', import.meta.url)));
