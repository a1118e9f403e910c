import { RestApi } from '../../src/rest-apis/rest-api';

const METHOD = { authorizationType: 'NONE', scopes: [], isApiKeyRequired: false, models: {}, requiredParameters: [], integration: { kind: 'unsupported', reason: '' } } as const;

function apiWith(...keys: string[]): RestApi {
  const api = new RestApi({ id: 'api', name: 'api', rootResourceId: 'root', apiKeySource: 'HEADER', binaryMediaTypes: [], isEndpointDisabled: false });
  for (const key of keys) {
    const [httpMethod, path] = key.split(' ');
    let resourceId = 'root';
    for (const pathPart of path.split('/').filter(part => part !== '')) {
      const parentId = resourceId;
      resourceId += `/${pathPart}`;
      api.put('resource', resourceId, { parentId, pathPart });
    }
    api.put('method', key, { ...METHOD, resourceId, httpMethod });
  }
  return api;
}

const deployed = (...keys: string[]) => {
  const api = apiWith(...keys);
  api.deploy('one');
  api.putStage({ name: 'prod', deploymentId: 'one', variables: {} });
  return api.findStage('/prod')!.deployed;
};

test.each([
  ['GET', '/', ['GET /'], '/', 'GET', {}],
  ['GET', '/rooms/a', ['ANY /rooms/{id}', 'GET /rooms/{id}'], '/rooms/{id}', 'GET', { id: 'a' }],
  ['PUT', '/rooms/a', ['ANY /rooms/{id}', 'GET /rooms/{id}'], '/rooms/{id}', 'ANY', { id: 'a' }],
  ['GET', '/rooms/a', ['GET /rooms/{id}', 'GET /rooms/a', 'ANY /{proxy+}'], '/rooms/a', 'GET', {}],
  ['GET', '/rooms/a/b', ['GET /rooms/{id}', 'ANY /{proxy+}'], '/{proxy+}', 'ANY', { proxy: 'rooms/a/b' }],
  ['GET', '/rooms/a%20b', ['GET /rooms/{id}'], '/rooms/{id}', 'GET', { id: 'a b' }],
  ['GET', '/rooms/', ['GET /rooms'], '/rooms', 'GET', {}],
  // The resource is chosen before the method.
  ['GET', '/rooms', ['POST /rooms', 'ANY /{proxy+}'], '/rooms', undefined, {}],
  // A resource without a method is only a part of paths.
  ['GET', '/rooms', ['POST /rooms/{id}', 'ANY /{proxy+}'], '/{proxy+}', 'ANY', { proxy: 'rooms' }],
])('%s %s with the methods %j is %s', (httpMethod, path, keys, resource, method, pathParameters) => {
  for (const order of [keys, [...keys].reverse()]) {
    const found = deployed(...order).find(httpMethod, path)!;
    expect([found.template.path, found.method?.httpMethod, found.pathParameters]).toEqual([resource, method, pathParameters]);
  }
});

test.each([['GET', '/', ['ANY /{proxy+}']], ['GET', '/users', ['GET /rooms']], ['GET', '/rooms/a/b', ['GET /rooms/{id}']]])('%s %s with the methods %j is nothing', (method, path, keys) => {
  expect(deployed(...keys).find(method, path)).toBeUndefined();
});

test('fails for an API without methods, as a deployment without DependsOn does', () => {
  expect(() => apiWith().deploy('one')).toThrow("The REST API doesn't contain any methods: let the deployment depend on them (DependsOn).");
});

test('fails for a stage of a deployment that does not exist', () => {
  expect(() => apiWith('GET /').putStage({ name: 'prod', deploymentId: 'two', variables: {} })).toThrow('DeploymentId must be the id of a deployment of the API, got two.');
});

test.each([
  ['another parent', { parentId: 'missing', pathPart: 'a' }, 'ParentId must be the id of a resource of the API, got missing.'],
  ['the path of another one', { parentId: 'root', pathPart: 'rooms' }, 'Another resource with the same parent already has this name: rooms'],
  ['a second variable', { parentId: 'root/rooms', pathPart: '{name}' }, 'A sibling ({id}) of this resource already has a variable path part -- only one is allowed'],
])('fails for a resource with %s', (_what, resource, message) => {
  expect(() => apiWith('GET /rooms/{id}').put('resource', 'other', resource)).toThrow(message);
});

test('a greedy variable beside another variable is allowed', () => {
  expect(deployed('GET /{id}', 'GET /{proxy+}').find('GET', '/a/b')).toMatchObject({ pathParameters: { proxy: 'a/b' } });
});
