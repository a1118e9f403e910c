import type { javascript } from 'projen';

/**
 * Layers of `local/src`, lowest first, with what each may import besides itself. `lambda` and `ivschat` do not know each other, and
 * `cloudformation` knows them and `iam` only through the services it is given.
 *
 * CONTRIBUTING.md has the same list with reasons.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'environment.ts': [],
  'expected-error.ts': [],
  'faults.ts': ['expected-error.ts'],
  'live-log': [],
  'http': [],
  'iam': ['environment.ts', 'expected-error.ts', 'live-log', 'http'],
  'lambda': ['environment.ts', 'expected-error.ts', 'live-log', 'http', 'iam'],
  'ivschat': ['environment.ts', 'expected-error.ts', 'live-log', 'http', 'iam'],
  'cloudformation': ['environment.ts', 'expected-error.ts', 'faults.ts', 'live-log', 'http'],
  'app': ['environment.ts', 'expected-error.ts', 'cloudformation'],
  'playground': ['environment.ts', 'expected-error.ts', 'live-log', 'http', 'ivschat', 'cloudformation'],
  'router.ts': ['environment.ts', 'expected-error.ts', 'faults.ts', 'live-log', 'http', 'iam', 'lambda', 'ivschat', 'cloudformation', 'playground'],
  'server.ts': ['environment.ts', 'expected-error.ts', 'faults.ts', 'live-log', 'http', 'iam', 'lambda', 'ivschat', 'cloudformation', 'playground', 'router.ts'],
};

/** Lets the linter of the local runtime refuse imports against the layers, and import cycles. */
export function enforceLayers(eslint: javascript.Eslint): void {
  const zones = Object.entries(LAYERS).map(([layer, allowed]) => ({
    target: `./src/${layer}`,
    from: './src',
    except: [layer, ...allowed].map(name => `./${name}`),
    message: `${layer} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other layer'}: see "Layers of the local runtime" in CONTRIBUTING.md.`,
  }));
  eslint.addRules({
    'import/no-restricted-paths': ['error', { zones }],
    'import/no-cycle': ['error', { ignoreExternal: true }],
  });
}
