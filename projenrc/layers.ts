import type { javascript } from 'projen';

/**
 * Layers of `local/src`, lowest first, with what each may import besides itself. `lambda` and `ivschat` do not know each other, and
 * `cloudformation` knows them and `iam` only through the services it is given.
 *
 * CONTRIBUTING.md has the same list with reasons.
 */
const BASE = ['arn.ts', 'contracts', 'environment.ts', 'expected-error.ts'];
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'arn.ts': [],
  'contracts': [],
  'environment.ts': [],
  'expected-error.ts': [],
  'live-log': [],
  'http': BASE,
  'iam': [...BASE, 'live-log', 'http'],
  'lambda': [...BASE, 'live-log', 'http', 'iam'],
  'ivschat': [...BASE, 'live-log', 'http', 'iam'],
  'cloudformation': [...BASE, 'live-log', 'http'],
  'app': [...BASE, 'cloudformation'],
  'playground': [...BASE, 'live-log', 'http', 'ivschat', 'cloudformation'],
  'router.ts': [...BASE, 'live-log', 'http', 'iam', 'lambda', 'ivschat', 'cloudformation', 'playground'],
  'server.ts': [...BASE, 'live-log', 'http', 'iam', 'lambda', 'ivschat', 'cloudformation', 'playground', 'router.ts'],
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
