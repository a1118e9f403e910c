import { LambdaHarness } from '../../support/lambda-harness';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const get = (url: string, options = '') => `new Promise((resolve, reject) => require('${new URL(url).protocol.slice(0, -1)}').get('${url}'${options}, resolve).on('error', reject))`;
const fetchOf = (url: string) => `fetch('${url}').catch(error => { throw error.cause; })`;
/** A name that resolves to an address. The lookup is that of a DNS server that an attacker controls. */
const resolvingTo = (address: string) => `, { lookup: (name, options, callback) => options.all ? callback(null, [{ address: '${address}', family: ${address.includes(':') ? 6 : 4} }]) : callback(null, '${address}', ${address.includes(':') ? 6 : 4}) }`;

const METADATA = 'their environment variables have region and credentials.';
const ENDPOINT = 'use the endpoint in AWS_ENDPOINT_URL.';

interface Refused { readonly host: string; readonly port: number; readonly cause: string; readonly address?: string }

/** What the live log has about the only refused connection. */
const reported = (refused: Refused) => ({ event: 'connection-refused', functionName: 'Function', ...refused });

describe('Node.js functions fail to connect', () => {
  test.each<[string, string, string, Refused]>([
    ['to a service that is not served, with fetch', fetchOf('https://s3.amazonaws.com/'), ENDPOINT, { host: 's3.amazonaws.com', port: 443, cause: 'not-served' }],
    ['to a service that is not served, with https', get('https://s3.eu-west-1.amazonaws.com/'), ENDPOINT, { host: 's3.eu-west-1.amazonaws.com', port: 443, cause: 'not-served' }],
    ['to a host of AWS with a trailing dot', get('https://s3.amazonaws.com./'), ENDPOINT, { host: 's3.amazonaws.com.', port: 443, cause: 'not-served' }],
    ['to a host of AWS in capitals', 'new Promise((resolve, reject) => require("net").connect(443, "S3.AMAZONAWS.COM", resolve).on("error", reject))', ENDPOINT, { host: 'S3.AMAZONAWS.COM', port: 443, cause: 'not-served' }],
    ['to a dual-stack host', fetchOf('https://s3.dualstack.eu-west-1.api.aws/'), ENDPOINT, { host: 's3.dualstack.eu-west-1.api.aws', port: 443, cause: 'not-served' }],
    ['to a service in another region', fetchOf('https://ivschat.us-west-2.amazonaws.com/'), ENDPOINT, { host: 'ivschat.us-west-2.amazonaws.com', port: 443, cause: 'other-region' }],
    ['to a served host without TLS', get('http://ivschat.eu-west-1.amazonaws.com/'), ENDPOINT, { host: 'ivschat.eu-west-1.amazonaws.com', port: 80, cause: 'protocol' }],
    ['to a served host with HTTP/2 only',
      'new Promise((resolve, reject) => require("http2").connect("https://ivschat.eu-west-1.amazonaws.com").on("error", reject))',
      ENDPOINT, { host: 'ivschat.eu-west-1.amazonaws.com', port: 443, cause: 'protocol' }],
    ['to the metadata service of EC2', fetchOf('http://169.254.169.254/'), METADATA, { host: '169.254.169.254', port: 80, cause: 'link-local' }],
    ['to the credentials of ECS', fetchOf('http://169.254.170.2/'), METADATA, { host: '169.254.170.2', port: 80, cause: 'link-local' }],
    ['to the credentials of EKS', fetchOf('http://169.254.170.23/'), METADATA, { host: '169.254.170.23', port: 80, cause: 'link-local' }],
    ['to the metadata service by IPv6', get('http://[fd00:ec2::254]/'), METADATA, { host: '[fd00:ec2::254]', port: 80, cause: 'link-local' }],
    ['to an IPv4 address that is mapped to IPv6', get('http://[::ffff:169.254.169.254]/'), METADATA, { host: '[::ffff:a9fe:a9fe]', port: 80, cause: 'link-local' }],
    ['to a decimal address', 'new Promise((resolve, reject) => require("net").connect(80, "2852039166", resolve).on("error", reject))',
      METADATA, { host: '2852039166', port: 80, cause: 'link-local', address: '169.254.169.254' }],
    ['to a name that resolves to an address', get('http://metadata.example/', resolvingTo('169.254.169.254')),
      METADATA, { host: 'metadata.example', port: 80, cause: 'link-local', address: '169.254.169.254' }],
    ['to a name that resolves to a mapped address', get('http://metadata.example/', resolvingTo('::ffff:169.254.170.2')),
      METADATA, { host: 'metadata.example', port: 80, cause: 'link-local', address: '::ffff:169.254.170.2' }],
    ['in a worker thread, whatever its environment and arguments',
      'new Promise((resolve, reject) => new (require(\'worker_threads\').Worker)(\'require("net").connect(80, "169.254.169.254")\', { eval: true, env: {}, execArgv: [] }).on(\'error\', reject).on(\'exit\', resolve))',
      METADATA, { host: '169.254.169.254', port: 80, cause: 'link-local' }],
    ['in a worker thread of a worker thread, imported by name',
      'import(\'node:worker_threads\').then(({ Worker }) => new Promise((resolve, reject) => new Worker(\'const { Worker } = require("worker_threads"); new Worker(\\\'require("net").connect(443, "s3.amazonaws.com")\\\', { eval: true }).on("error", error => { throw error; })\', { eval: true }).on(\'error\', reject).on(\'exit\', resolve)))',
      ENDPOINT, { host: 's3.amazonaws.com', port: 443, cause: 'not-served' }],
  ])('%s', async (_what, call, remedy, refused) => {
    await harness.put({ 'index.js': `exports.handler = async () => { await ${call}; };` });
    const { errorMessage } = await harness.invoke();
    expect(errorMessage).toBe(`Functions in ivschat-local cannot connect to ${refused.host.replace(/[[\]]/g, '')}${refused.address === undefined ? '' : ` (${refused.address})`}: ${remedy}`);
    await harness.untilNotice('connection-refused');
    expect(harness.data('notice')).toEqual([reported(refused)]);
  });

  test('which is reported once, even if the function ignores the error', async () => {
    await harness.put({ 'index.js': `exports.handler = async () => { for (let i = 0; i < 3; i++) await ${fetchOf('https://s3.amazonaws.com/')}.catch(() => {}); };` });
    expect(await harness.invoke()).toBeNull();
    await harness.untilNotice('connection-refused');
    expect(await harness.invoke()).toBeNull();
    expect(harness.data('notice')).toHaveLength(1);
    expect(harness.data()).toEqual([]);
  });
});

describe('Python functions fail to connect', () => {
  test.each<[string, string, string, Refused]>([
    ['to a service that is not served', 'urllib.request.urlopen("https://s3.eu-west-1.amazonaws.com/")', ENDPOINT, { host: 's3.eu-west-1.amazonaws.com', port: 443, cause: 'not-served' }],
    ['to a host of AWS with a trailing dot and capitals', 'http.client.HTTPSConnection("S3.amazonaws.com.").connect()', ENDPOINT, { host: 's3.amazonaws.com', port: 443, cause: 'not-served' }],
    ['to a service in another region', 'urllib.request.urlopen("https://ivschat.us-west-2.amazonaws.com/")', ENDPOINT, { host: 'ivschat.us-west-2.amazonaws.com', port: 443, cause: 'other-region' }],
    ['to a served host without TLS', 'urllib.request.urlopen("http://ivschat.eu-west-1.amazonaws.com/")', ENDPOINT, { host: 'ivschat.eu-west-1.amazonaws.com', port: 80, cause: 'protocol' }],
    ['to the metadata service of EC2', 'urllib.request.urlopen("http://169.254.169.254/")', METADATA, { host: '169.254.169.254', port: 80, cause: 'link-local' }],
    ['to the credentials of EKS', 'socket.socket().connect(("169.254.170.23", 80))', METADATA, { host: '169.254.170.23', port: 80, cause: 'link-local' }],
    ['to the metadata service by IPv6', 'socket.socket(socket.AF_INET6).connect(("fd00:ec2::254", 80))', METADATA, { host: '[fd00:ec2::254]', port: 80, cause: 'link-local' }],
    ['to an IPv4 address that is mapped to IPv6', 'socket.socket(socket.AF_INET6).connect_ex(("::ffff:169.254.169.254", 80))', METADATA, { host: '[::ffff:169.254.169.254]', port: 80, cause: 'link-local' }],
    ['to a decimal address', 'socket.socket().connect(("2852039166", 80))', METADATA, { host: '2852039166', port: 80, cause: 'link-local', address: '169.254.169.254' }],
    ['in a thread', 'concurrent.futures.ThreadPoolExecutor().submit(socket.create_connection, ("169.254.170.2", 80)).result()', METADATA, { host: '169.254.170.2', port: 80, cause: 'link-local' }],
  ])('%s', async (_what, call, remedy, refused) => {
    await harness.put({
      'index.py': `import concurrent.futures, http.client, socket, urllib.request
def handler(event, context):
    try:
        ${call}
    except urllib.error.URLError as error:
        raise error.reason`,
    }, { runtime: 'python3.11' });
    const { errorMessage } = await harness.invoke();
    expect(errorMessage).toBe(`Functions in ivschat-local cannot connect to ${refused.host.replace(/[[\]]/g, '')}${refused.address === undefined ? '' : ` (${refused.address})`}: ${remedy}`);
    await harness.untilNotice('connection-refused');
    expect(harness.data('notice').filter(data => (data as { event: string }).event === 'connection-refused')).toEqual([reported(refused)]);
  });
});

test('other hosts and addresses are not restricted', async () => {
  harness.onRequest = (req, res) => res.end(req.url);
  const { port } = new URL(harness.endpoint);
  await harness.put({
    'index.js': `exports.handler = async () => [
    await (await fetch('http://127.0.0.1:${port}/address')).text(),
    await (await fetch('http://localhost:${port}/name')).text(),
    await new Promise((resolve, reject) => require('http').get('http://service.example:${port}/lookup'${resolvingTo('127.0.0.1')}, res => res.on('data', data => resolve(String(data)))).on('error', reject)),
    await new Promise((resolve, reject) => require('https').get('https://service.example'${resolvingTo('127.0.0.1')}, resolve).on('error', error => resolve(error.code))),
  ];`,
  });
  expect(await harness.invoke()).toEqual(['/address', '/name', '/lookup', 'ECONNREFUSED']);
  expect(harness.data('notice')).toEqual([]);
});
