import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { boundaries } from './boundaries.js';

const generated = ['**/node_modules/', '**/dist/', '**/src/generated/', '**/coverage/', '**/.turbo/', '.data/'];

/**
 * The ESLint configuration of a checkout. It has no rules for formatting, which Prettier does.
 * @param {string} root the checkout
 * @returns {import('eslint').Linter.Config[]}
 */
export function lintConfig(root) {
  return [
    { ignores: generated },
    // Declares names of the sandbox, which here are those of Node.
    { ignores: ['libs/app/globals.d.ts'] },
    { linterOptions: { reportUnusedDisableDirectives: 'error' } },
    js.configs.recommended,
    {
      files: ['**/*.{js,mjs}'],
      languageOptions: { globals: globals.node },
      rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }] },
    },
    ...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.{ts,tsx}'] })),
    {
      files: ['**/*.{ts,tsx}'],
      languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
      rules: {
        '@typescript-eslint/no-explicit-any': 'error',
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true }],
        '@typescript-eslint/no-floating-promises': 'error',
        '@typescript-eslint/no-misused-promises': 'error',
        '@typescript-eslint/await-thenable': 'error',
        // Not consistent-type-imports: a class that Nest injects must be imported as a value, otherwise its metadata is lost.
      },
    },
    {
      files: ['**/*.ts'],
      ignores: ['**/internals/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: '^(typeorm|pg|pg-pool|class-validator|passport-jwt|@nestjs/[^/]+|@nats-io/[^/]+)/',
                message: 'Import the package itself; what it does not export belongs in src/internals/, with a test of what you assume.',
              },
            ],
          },
        ],
      },
    },
    {
      files: ['**/*{.,-}spec.ts'],
      rules: {
        'no-restricted-syntax': [
          'error',
          {
            selector:
              "CallExpression[callee.property.name=/^toBeLess/] > MemberExpression > CallExpression[callee.name='expect'] BinaryExpression[operator='-'] CallExpression[callee.property.name='now']",
            message: 'Do not assert durations: a busy machine takes longer. Compare counts, or two measurements of one run.',
          },
        ],
      },
    },
    {
      files: ['**/*.ts'],
      ignores: ['libs/{platform,testkit}/**', 'tools/**'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          {
            name: 'typeorm',
            importNames: ['DataSource'],
            message: 'Only libs/platform opens connections. Use what libs/platform exports.',
          },
        ],
      },
    },
    {
      files: ['libs/**/*.ts'],
      rules: {
        'no-restricted-syntax': [
          'error',
          {
            selector: "NewExpression[callee.name='URL'] Literal[value=/\\btools\\u002f/]",
            message: 'No library runs a tool: what both need belongs in libs/platform, and a command under test is run by its test.',
          },
        ],
      },
    },
    boundaries(root),
  ];
}
