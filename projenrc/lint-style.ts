import type { javascript } from 'projen';

/** Rules of style that projen leaves open. `eslint --fix` applies all of them. */
export function addStyleRules(eslint: javascript.Eslint): void {
  eslint.addRules({
    '@stylistic/arrow-parens': ['error', 'as-needed'],
    // Types alone: `import type { A }`. With values: `import { a, type A }`, in one statement.
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    '@typescript-eslint/no-import-type-side-effects': ['error'],
    'import/no-duplicates': ['error', { 'prefer-inline': true }],
  });
}
