import { HttpApi } from '../../src/http-apis/http-api';

const apiWith = (...routeKeys: string[]) => {
  const api = new HttpApi({ id: 'api', name: 'api', isEndpointDisabled: false });
  for (const routeKey of routeKeys) api.putRoute({ id: routeKey, routeKey, integrationId: 'one', authorizationType: 'NONE', scopes: [] });
  return api;
};

const DOCUMENTED = ['$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1'];

test.each([
  // The example of AWS.
  ['GET', '/pets/dog/1', DOCUMENTED, 'GET /pets/dog/1', {}],
  ['GET', '/pets/dog/2', DOCUMENTED, 'GET /pets/dog/{id}', { id: '2' }],
  ['GET', '/pets/cat/1', DOCUMENTED, 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
  ['POST', '/test/5', DOCUMENTED, 'ANY /{proxy+}', { proxy: 'test/5' }],
  // The rest.
  ['GET', '/', DOCUMENTED, '$default', {}],
  ['GET', '/rooms/a', ['ANY /rooms/a', 'GET /rooms/{id}'], 'ANY /rooms/a', {}],
  ['GET', '/rooms/a', ['ANY /rooms/{id}', 'GET /rooms/{id}'], 'GET /rooms/{id}', { id: 'a' }],
  ['GET', '/a/b', ['GET /a/{proxy+}', 'GET /{x}/b'], 'GET /{x}/b', { x: 'a' }],
  ['GET', '/a/b/c', ['GET /{x}/b/{proxy+}', 'GET /a/{proxy+}'], 'GET /a/{proxy+}', { proxy: 'b/c' }],
  ['GET', '/a/b/c', ['GET /a/{proxy+}', 'GET /a/b/{proxy+}'], 'GET /a/b/{proxy+}', { proxy: 'c' }],
  ['POST', '/rooms/a', ['GET /rooms/a', 'POST /{proxy+}'], 'POST /{proxy+}', { proxy: 'rooms/a' }],
  ['GET', '/rooms/a%20b%2Fc', ['GET /rooms/{id}'], 'GET /rooms/{id}', { id: 'a b/c' }],
  ['GET', '/rooms/100%', ['GET /rooms/{id}'], 'GET /rooms/{id}', { id: '100%' }],
  ['GET', '/', ['GET /'], 'GET /', {}],
])('%s %s with the routes %j matches %s', (method, path, routeKeys, expected, pathParameters) => {
  for (const order of [routeKeys, [...routeKeys].reverse()]) {
    expect(apiWith(...order).findRoute(method, path)).toMatchObject({ route: { routeKey: expected }, pathParameters });
  }
});

test.each([
  ['POST', '/rooms'], ['GET', '/rooms/'], ['GET', '/rooms/a/b'], ['GET', '/Rooms'], ['GET', '/files/'], ['GET', '/files'],
])('%s %s matches no route', (method, path) => {
  expect(apiWith('GET /rooms', 'GET /rooms/{id}', 'GET /files/{proxy+}').findRoute(method, path)).toBeUndefined();
});

test.each(['/rooms', 'GET', 'get /rooms', 'TRACE /rooms', 'GET rooms', 'GET /{proxy+}/rooms', 'GET /rooms/a{id}', 'GET /rooms/{}', '$other'])('fails for the route key %s', routeKey => {
  expect(() => apiWith(routeKey)).toThrow('RouteKey must ');
});

test('fails for a route key that another route has', () => {
  const api = apiWith('GET /rooms');
  const route = { id: 'other', routeKey: 'GET /rooms', integrationId: 'one', authorizationType: 'NONE', scopes: [] } as const;
  expect(() => api.putRoute(route)).toThrow('Route with key GET /rooms already exists for this API.');
  api.deleteRoute('GET /rooms');
  expect(() => api.putRoute(route)).not.toThrow();
});
