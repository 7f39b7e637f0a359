import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import plugin from 'eslint-plugin-boundaries';

/** Packages that only libs/platform may import, and its tests and measurements. */
const platformPackages = ['@nestjs/microservices', '@nats-io/*', 'nats'];
const contractsPackages = ['class-validator', 'class-transformer', 'fastest-levenshtein', 'reflect-metadata', 'saxes'];

const contracts = { captured: { name: 'contracts' }, fileInternalPath: 'src/**' };
const samePackage = { element: { type: '{{ from.element.type }}', captured: { name: '{{ from.element.captured.name }}' } } };

/**
 * The import rules: an app imports libs, never another app; a lib never imports an app; contracts import no I/O; only libs/platform
 * imports NATS and Nest's microservices; what runs before `npm ci` imports no package.
 * @param {string} root the checkout
 * @returns {import('eslint').Linter.Config}
 */
export function boundaries(root) {
  const apps = readdirSync(join(root, 'apps')).map((name) => `@skep/${name}`);
  return {
    files: ['{apps,libs,tools}/**/*.{ts,tsx,mjs}'],
    plugins: { boundaries: /** @type {import('eslint').ESLint.Plugin} */ (plugin) },
    settings: {
      'import/resolver': { [fileURLToPath(import.meta.resolve('eslint-import-resolver-typescript'))]: {} },
      'boundaries/root-path': root,
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export'],
      // Packages of the repository count as packages: their names, not their files, are checked.
      'boundaries/flag-as-external': { customSourcePatterns: ['@skep/**'] },
      'boundaries/elements': [
        { type: 'app', pattern: 'apps/*', capture: ['name'], partialMatch: false },
        { type: 'lib', pattern: 'libs/*', capture: ['name'], partialMatch: false },
        { type: 'tools', pattern: 'tools', partialMatch: false },
      ],
      'boundaries/files': [
        { category: 'test', pattern: '**/*{.,-}spec.ts' },
        { category: 'before-install', pattern: 'tools/**/*.mjs', partialMatch: false },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'allow',
          checkAllOrigins: true,
          checkInternals: true,
          policies: [
            {
              from: { element: { type: ['app', 'lib'] } },
              disallow: { to: { module: { origin: 'local' }, element: { type: ['app', 'lib', 'tools'] } } },
              message:
                "'{{ dependency.source }}' is a file of another package. Import a library by its name; call another app over the bus; start a tool as a process.",
            },
            { from: { element: { type: ['app', 'lib'] } }, allow: { to: samePackage } },
            {
              from: { element: { type: ['app', 'lib'] } },
              disallow: { to: { module: { source: apps } } },
              message: "'{{ dependency.source }}' is an app, which no other package imports. Call it over the bus.",
            },
            {
              from: { element: contracts },
              disallow: { to: { module: { origin: ['core', 'external'] } } },
              message:
                "'{{ dependency.source }}' is not allowed in contracts, which are plain classes without I/O. Use it in an app or in libs/platform.",
            },
            { from: { element: contracts }, allow: { to: { module: { source: contractsPackages } } } },
            { from: { element: contracts, file: { categories: 'test' } }, allow: { to: { module: { origin: ['core', 'external'] } } } },
            {
              from: { element: { type: ['app', 'lib'], captured: { name: '!(platform|testkit)' } } },
              disallow: { to: { module: { source: platformPackages } } },
              message: "Only libs/platform imports '{{ dependency.source }}'. Use what libs/platform exports.",
            },
            {
              from: { file: { categories: 'before-install' } },
              disallow: { to: { module: { origin: ['external', 'local'] } } },
              message:
                "'{{ dependency.source }}' exists or runs only after npm ci. Import only Node and .mjs files, or run it as a process with setup/run-node.mjs.",
            },
            { from: { file: { categories: 'before-install' } }, allow: { to: { file: { categories: 'before-install' } } } },
          ],
        },
      ],
    },
  };
}
