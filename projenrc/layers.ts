import type { javascript } from 'projen';

/** What most layers may import. */
const BASE = ['arn.ts', 'contracts', 'environment.ts', 'expected-error.ts'];

/**
 * Layers of `local/src`, lowest first, with what each may import besides itself. `dynamodb`, `lambda` and `ivschat` do not know each other, and
 * `cloudformation` knows them and `iam` only through the services it is given.
 *
 * CONTRIBUTING.md has the same list with reasons.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'arn.ts': [],
  'contracts': [],
  'environment.ts': [],
  'work-directory.ts': [],
  'connection-details.ts': [],
  'expected-error.ts': [],
  'faults.ts': ['expected-error.ts'],
  'live-log': [],
  'http': BASE,
  'iam': [...BASE, 'live-log', 'http'],
  'dynamodb': [...BASE, 'live-log', 'http', 'iam'],
  'lambda': [...BASE, 'live-log', 'http', 'iam'],
  'api-gateway': [...BASE, 'live-log', 'http', 'iam', 'lambda'],
  'http-apis': [...BASE, 'live-log', 'http', 'iam', 'lambda', 'api-gateway'],
  'rest-apis': [...BASE, 'live-log', 'http', 'iam', 'lambda', 'api-gateway'],
  'ivschat': [...BASE, 'faults.ts', 'live-log', 'http', 'iam'],
  'log-subscriptions': [...BASE, 'live-log'],
  'ivs': [...BASE, 'live-log', 'http', 'iam'],
  'judges': [...BASE, 'live-log', 'http', 'iam'],
  'sqs': [...BASE, 'live-log', 'http', 'iam'],
  'user-pools': [...BASE, 'live-log', 'http'],
  'cloudformation': [...BASE, 'faults.ts', 'live-log', 'http'],
  'app': [...BASE, 'cloudformation'],
  'playground': [...BASE, 'live-log', 'http', 'ivschat', 'user-pools', 'cloudformation'],
  'router.ts': [
    ...BASE, 'faults.ts', 'live-log', 'http', 'iam', 'dynamodb', 'lambda', 'api-gateway', 'http-apis', 'rest-apis', 'ivs', 'ivschat', 'judges',
    'sqs', 'user-pools', 'cloudformation', 'playground',
  ],
  'server.ts': [
    ...BASE, 'faults.ts', 'live-log', 'http', 'iam', 'dynamodb', 'lambda', 'api-gateway', 'http-apis', 'rest-apis', 'ivs', 'ivschat',
    'log-subscriptions', 'judges', 'sqs', 'user-pools', 'cloudformation', 'playground', 'router.ts', 'work-directory.ts',
  ],
  'testing': [...BASE, 'cloudformation', 'app', 'server.ts', 'work-directory.ts', 'connection-details.ts'],
  'index.ts': ['testing'],
};

/** Lets the linter of the repository refuse imports of files of other packages: their APIs must be enough for the examples, the tests and the benchmarks. */
export function enforcePackageApis(eslint: javascript.Eslint): void {
  const zones = [['local', 'ivschat-local'], ['review', 'ivschat-review']].map(([folder, name]) => ({
    target: ['./bench', './examples', './test'],
    from: `./${folder}`,
    except: ['./src/index.ts'],
    message: `import '${name}' instead.`,
  }));
  eslint.addRules({ 'import/no-restricted-paths': ['error', { zones }] });
}

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
