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
  'replay': [...BASE, 'live-log', 'ivschat'],
  'log-subscriptions': [...BASE, 'live-log'],
  'ivs': [...BASE, 'live-log', 'http', 'iam'],
  'judges': [...BASE, 'live-log', 'http', 'iam'],
  'sqs': [...BASE, 'live-log', 'http', 'iam'],
  'user-pools': [...BASE, 'live-log', 'http'],
  'cloudformation': [...BASE, 'faults.ts', 'live-log', 'http'],
  'app': [...BASE, 'cloudformation'],
  'pages': [...BASE, 'connection-details.ts', 'live-log', 'http', 'ivschat'],
  'playground': [...BASE, 'live-log', 'http', 'ivschat', 'replay', 'user-pools', 'cloudformation'],
  'router.ts': [
    ...BASE, 'faults.ts', 'live-log', 'http', 'iam', 'dynamodb', 'lambda', 'api-gateway', 'http-apis', 'rest-apis', 'ivs', 'ivschat', 'judges',
    'sqs', 'user-pools', 'cloudformation', 'pages', 'playground',
  ],
  'server.ts': [
    ...BASE, 'faults.ts', 'live-log', 'http', 'iam', 'dynamodb', 'lambda', 'api-gateway', 'http-apis', 'rest-apis', 'ivs', 'ivschat',
    'log-subscriptions', 'judges', 'sqs', 'user-pools', 'cloudformation', 'playground', 'router.ts', 'work-directory.ts',
  ],
  'testing': [...BASE, 'replay', 'cloudformation', 'app', 'server.ts', 'work-directory.ts', 'connection-details.ts'],
  'index.ts': ['replay', 'testing'],
};

/**
 * Lets the linter of the repository refuse imports of files of other packages: their APIs must be enough for the examples, the tests and the
 * benchmarks. Functions import parts of the kit, because a function that must load fast contains only what it uses.
 */
export function enforcePackageApis(eslint: javascript.Eslint): void {
  const zones = [['local', 'ivschat-local'], ['review', 'ivschat-review']].map(([folder, name]) => ({
    target: ['./bench', './examples', './test'],
    from: `./${folder}`,
    except: ['./src/index.ts'],
    message: `import '${name}' instead.`,
  }));
  const library = ['bench', 'examples', 'handlers', 'local', 'review', 'test'].map(folder => ({
    target: './src', from: `./${folder}`, message: 'src may import no other folder.',
  }));
  const handlers = ['bench', 'examples', 'local', 'test'].map(folder => ({
    target: './handlers', from: `./${folder}`, message: 'handlers may import src and review/src.',
  }));
  const kit = { target: './handlers', from: './review', except: ['./src'], message: 'handlers may import src and review/src.' };
  eslint.addRules({ 'import/no-restricted-paths': ['error', { zones: [...zones, ...library, ...handlers, kit] }] });
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
