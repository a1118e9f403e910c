import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CreateRoomCommand, DeleteRoomCommand, IvschatClient, UpdateRoomCommand } from '@aws-sdk/client-ivschat';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { loadAssembly } from '../src/app/assembly';
import { LocalServer } from '../src/server';
import { deployTemplate } from '../test/support/deploy-template';
import { writeFile } from '../test/support/write-file';

const TEMPLATE = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
  Review:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          const fail = () => { throw new Error('no words'); };
          exports.handler = async ({ Content }) => {
            if (Content === 'broken') fail();
            if (Content === 'slow') await new Promise(resolve => setTimeout(resolve, 400));
            if (Content === 'rude') return { ReviewResult: 'DENY', Content, Attributes: { Reason: 'Be kind.' } };
            return { ReviewResult: 'ALLOW', Content: Content.replace('damn', '****') };
          };
  Permission:
    Type: AWS::Lambda::Permission
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: !Ref Review, Principal: ivschat.amazonaws.com }
  Log:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: chat }
  ChatLog:
    Type: AWS::IVSChat::LoggingConfiguration
    Properties: { Name: chat-log, DestinationConfiguration: { CloudWatchLogs: { LogGroupName: !Ref Log } } }
  Room:
    Type: AWS::IVSChat::Room
    DependsOn: Permission
    Properties:
      Name: lobby
      MaximumMessageLength: 40
      MessageReviewHandler: { Uri: !GetAtt Review.Arn, FallbackResult: ALLOW }
      LoggingConfigurationIdentifiers: [!Ref ChatLog]
      Tags: [{ Key: team, Value: crew }]
  Custom:
    Type: Custom::Greeting
    Properties: { ServiceToken: !GetAtt Greeter.Arn, ServiceTimeout: 20 }
  Greeter:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Timeout: 20
      Code:
        ZipFile: |
          const response = require('cfn-response');
          exports.handler = (event, context) => response.send(event, context, response.SUCCESS, {});
  Users: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: users } }
  Web: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Users, ClientName: web, AccessTokenValidity: 2 } }
  Moderators: { Type: AWS::Cognito::UserPoolGroup, Properties: { UserPoolId: !Ref Users, GroupName: moderators } }
Outputs:
  RoomArn: { Value: !GetAtt Room.Arn }
  ReviewArn: { Value: !GetAtt Review.Arn }
`;

const developer = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

let directory: string;
let server: LocalServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let outputs: Record<string, string>;
/** Console messages and requests to other hosts, of which there must be none. */
let problems: string[];

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory, { issuers: ['https://login.example.com'] }));
  await server.functions.warm(outputs.ReviewArn);
});

beforeAll(async () => {
  // Chromium does not run as root with its sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  problems = [];
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(4000);
  page.on('console', message => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', error => problems.push(String(error)));
  page.on('request', request => {
    if (new URL(request.url()).origin !== server.url) problems.push(request.url());
  });
  page.on('websocket', socket => {
    if (new URL(socket.url()).host !== new URL(server.url).host) problems.push(socket.url());
  });
  await page.goto(server.url);
  await page.getByRole('heading', { name: 'lobby' }).waitFor();
});

afterEach(async () => {
  await context.close();
  expect(problems).toEqual([]);
});

async function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element: any) => element === element.ownerDocument.activeElement);
}

/** Presses Tab until the target has the focus, as keyboard users do. */
async function tabTo(target: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not reach ${String(target)}`);
}

/** @returns the window of the user, once connected */
async function join(userId: string, role: 'Moderator' | 'Participant' | 'Viewer', displayName = ''): Promise<Locator> {
  await tabTo(page.getByLabel('User ID'));
  await page.keyboard.insertText(userId);
  await page.keyboard.press('Tab');
  await page.keyboard.insertText(displayName);
  await page.keyboard.press('Tab');
  while (!await page.getByRole('radio', { name: role }).isChecked()) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const opened = windowOf(displayName || userId, role);
  await opened.getByText('Connected', { exact: true }).waitFor({ state: 'attached' });
  return opened;
}

function windowOf(name: string, role: string): Locator {
  return page.getByRole('article', { name: `${name}, ${role.toLowerCase()}`, exact: true });
}

async function write(from: Locator, text: string): Promise<void> {
  await tabTo(from.getByRole('textbox'));
  await page.keyboard.insertText(text);
  await page.keyboard.press('Enter');
}

const messageIn = (where: Locator, text: string) => where.getByRole('listitem').filter({ hasText: text });
const review = (text: string) => page.locator('#reviews').getByRole('listitem').filter({ hasText: text });
const sdk = () => new IvschatClient({ ...developer, endpoint: server.url });

// This and all other tests use the keyboard only.
test('a message is shown to everyone in the room until a moderator deletes it', async () => {
  const viewer = await join('vera', 'Viewer');
  const participant = await join('paul', 'Participant', 'Paul P.');
  const moderator = await join('mia', 'Moderator', 'Mia');
  const all = [viewer, participant, moderator];

  await write(participant, 'hello all');
  for (const window of all) await messageIn(window, 'hello all').getByText('Paul P.').waitFor();

  await tabTo(moderator.getByRole('log'));
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Tab');
  expect(await hasFocus(moderator.getByRole('button', { name: 'Delete the message from Paul P.' }))).toBe(true);
  await page.keyboard.press('Enter');
  for (const window of all) await messageIn(window, 'Deleted · by Mia').waitFor();
  expect(await page.getByRole('article').getByText('hello all').count()).toBe(0);
  // Deleting removed the button, but the focus is still in the window.
  expect(await page.evaluate('document.activeElement.closest("article").ariaLabel')).toBe('Mia, moderator');
});

test('a moderator disconnects a user, who can rejoin', async () => {
  const participant = await join('paul', 'Participant', 'Paul P.');
  const moderator = await join('mia', 'Moderator', 'Mia');
  await write(participant, 'again');
  await messageIn(moderator, 'again').waitFor();
  await tabTo(moderator.getByRole('log'));
  await page.keyboard.press('End');
  await tabTo(messageIn(moderator, 'again').getByRole('button', { name: 'Disconnect Paul P.' }));
  await page.keyboard.press('Space');
  await messageIn(moderator, 'paul was disconnected · by Mia').waitFor();
  await participant.getByText('Disconnected', { exact: true }).waitFor();
  await participant.locator('footer').getByText('paul was disconnected · by Mia').waitFor();
  expect(await participant.getByRole('textbox').count()).toBe(0);

  await tabTo(participant.getByRole('button', { name: 'Rejoin' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await participant.getByText('Connected', { exact: true }).waitFor({ state: 'attached' });
  expect(await hasFocus(participant.getByRole('textbox'))).toBe(true);
  await write(participant, 'back again');
  await messageIn(moderator, 'back again').waitFor();
});

test('closing a window moves the focus to the form', async () => {
  const viewer = await join('vera', 'Viewer');
  const other = await join('otto', 'Viewer');
  expect(await page.locator('[role=log][aria-live=polite]').count()).toBe(1);
  await tabTo(viewer.getByRole('button', { name: 'Close the window of vera' }));
  await page.keyboard.press('Enter');

  expect(await page.getByRole('article').count()).toBe(1);
  expect(await other.isVisible()).toBe(true);
  expect(await hasFocus(page.getByLabel('User ID'))).toBe(true);
});

test('the messages of a chat are a single tab stop', async () => {
  const moderator = await join('mia', 'Moderator');
  for (const text of ['one', 'two', 'three']) await write(moderator, text);
  await messageIn(moderator, 'three').waitFor();
  await tabTo(moderator.getByRole('log'), 'Shift+Tab');
  await page.keyboard.press('Tab');
  expect(await hasFocus(moderator.getByRole('textbox'))).toBe(true);

  await tabTo(moderator.getByRole('log'), 'Shift+Tab');
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown', 'Home', 'ArrowDown']) await page.keyboard.press(key);
  expect(await hasFocus(messageIn(moderator, 'two'))).toBe(true);
});

test('viewers cannot write, and only moderators moderate', async () => {
  const [viewer, participant] = [await join('vera', 'Viewer'), await join('paul', 'Participant')];
  await write(participant, 'mine');
  await messageIn(viewer, 'mine').waitFor();

  expect(await viewer.getByRole('textbox').count()).toBe(0);
  expect(await viewer.getByText('their token has no capabilities').count()).toBe(1);
  expect(await page.getByRole('button', { name: /^(Delete|Disconnect)/ }).count()).toBe(0);
});

test('a message that the review changes: the sender sees the original, and the review shows both', async () => {
  const [viewer, participant] = [await join('vera', 'Viewer'), await join('paul', 'Participant')];
  await write(participant, 'damn good');

  await messageIn(viewer, '**** good').waitFor();
  await participant.getByText('Changed by the review handler. You wrote: damn good').waitFor();
  expect(await viewer.getByText('Changed by the review handler').count()).toBe(0);
  expect(await review('damn good').innerText()).toMatch(/^\d+ ms\s+ALLOW paul damn good → \*{4} good\s+Send again\s+[\d:]{8}$/);
});

test('a message that the review denies: the sender sees code and reason, and can correct it', async () => {
  const [viewer, participant] = [await join('vera', 'Viewer'), await join('paul', 'Participant')];
  await write(participant, 'rude');

  await participant.getByRole('alert').getByText('406 Be kind.').waitFor();
  expect(await participant.getByRole('textbox').inputValue()).toBe('rude');
  expect(await viewer.getByRole('listitem').count()).toBe(0);
  expect(await review('rude').innerText()).toMatch(/^\d+ ms\s+DENY paul rude · Be kind\.\s/);

  await participant.getByRole('textbox').fill('kind');
  await page.keyboard.press('Enter');
  await messageIn(viewer, 'kind').waitFor();
  expect(await participant.getByRole('alert').count()).toBe(0);
});

test('a message that exceeds a limit: the sender sees the code', async () => {
  const participant = await join('paul', 'Participant');
  await write(participant, 'a'.repeat(41));

  await participant.getByRole('alert').getByText(/^400 .*40/).waitFor();
});

test('user input is never interpreted as markup', async () => {
  const participant = await join('<b>paul</b>', 'Participant', '<i>Paul</i>');
  await write(participant, '<img src=x onerror=alert(1)>');

  await messageIn(participant, '<img src=x onerror=alert(1)>').getByText('<i>Paul</i>').waitFor();
  await page.locator('#chat-log').getByText('<img src=x onerror=alert(1)>').first().waitFor();
  await review('<img src=x onerror=alert(1)>').waitFor();
  expect(await page.locator('main img, main b, main i').count()).toBe(0);
});

test('a review that takes too long is marked with color and text', async () => {
  const participant = await join('sloth', 'Participant');
  await write(participant, 'slow');
  const line = review('slow');

  await line.getByText('ALLOW by fallback').waitFor();
  expect(await line.getAttribute('class')).toContain('over-limit');
  expect(await line.getByText('over the limit of 200 ms').count()).toBe(1);
  await messageIn(participant, 'slow').waitFor();
  // The late answer belongs to the same review.
  await page.locator('#live-log').getByText('answered too late').waitFor({ state: 'attached' });
  expect(await line.count()).toBe(1);
  const red = await line.locator('.duration').evaluate((element: any) => element.computedStyleMap().get('color').toString());
  expect(red).toBe('rgb(179, 38, 30)');
  await page.getByText(/1 over 200 ms/).waitFor();
});

test('a message is reviewed again after the code has changed, and both answers are shown', async () => {
  const participant = await join('paul', 'Participant');
  await write(participant, 'gosh, damn');
  const line = review('gosh, damn');
  const sendAgain = line.getByRole('button', { name: 'Send the message of paul to the review handler again' });
  const again = line.getByRole('status');

  await tabTo(page.locator('#reviews'));
  await page.keyboard.press('Home');
  expect(await hasFocus(sendAgain)).toBe(true);
  await page.keyboard.press('Enter');
  await again.getByText('Unchanged:').waitFor();
  expect(await again.innerText()).toMatch(/^Unchanged: ALLOW → gosh, \*{4} · \d+ ms · [\d:]{8}$/);

  const [stack] = loadAssembly(writeFile(directory, 'chat.yaml', TEMPLATE.replace("Content === 'rude'", "Content.includes('gosh')")));
  await server.deploy([stack]);
  try {
    await sendAgain.press('Enter');
    await again.getByText('Now:').waitFor();
    expect(await again.innerText()).toMatch(/^Now: DENY · Be kind\. · \d+ ms · /);
    expect(await line.innerText()).toMatch(/^\d+ ms\s+ALLOW paul gosh, damn → gosh, \*{4}\s+Now: DENY/);
    expect(await hasFocus(sendAgain)).toBe(true);
    // Only the first message was delivered.
    expect(await messageIn(participant, 'gosh').count()).toBe(1);
    expect(await review('gosh, damn').count()).toBe(1);
  } finally {
    await server.deploy(loadAssembly(writeFile(directory, 'chat.yaml', TEMPLATE)));
  }
});

test('a message of a room that has no handler any more cannot be reviewed again', async () => {
  const { arn: identifier } = await sdk().send(new CreateRoomCommand({ name: 'balcony', messageReviewHandler: { uri: outputs.ReviewArn } }));
  await page.getByRole('button', { name: /^balcony/ }).press('Enter');
  await page.getByRole('heading', { name: 'balcony' }).waitFor();
  await write(await join('olga', 'Participant'), 'from above');
  await review('from above').waitFor();
  await sdk().send(new UpdateRoomCommand({ identifier, messageReviewHandler: { uri: '' } }));

  await review('from above').getByRole('button').press('Enter');
  await review('from above').getByRole('alert').getByText('400 Request member: roomArn failed to satisfy the constraints: the room must have a review handler').waitFor();
  // Chromium logs the failed request to the console.
  expect(problems.every(problem => problem.includes('status of 400 (Bad Request)'))).toBe(true);
  problems = [];
});

test('an error of a function is shown with its stack trace', async () => {
  const participant = await join('paul', 'Participant');
  await write(participant, 'broken');
  await messageIn(participant, 'broken').waitFor();
  await tabTo(page.getByRole('tab', { name: 'Chat log' }));
  await page.keyboard.press('End');

  const entry = page.locator('#live-log').getByRole('listitem').filter({ hasText: 'failed: Error: no words' });
  const trace = await entry.locator('pre').innerText();
  expect(trace).toMatch(/^ +at fail \(\/var\/task\/index\.js:1:\d+\)\n +at exports\.handler \(\/var\/task\/index\.js:3:\d+\)\n/);
  await tabTo(entry.locator('pre'));
});

test('the chat log shows records as stored', async () => {
  const participant = await join('paul', 'Participant');
  await write(participant, 'for the log');
  const record = page.locator('#chat-log').getByRole('group').filter({ hasText: 'for the log' });
  await record.waitFor();
  await tabTo(page.getByRole('tabpanel', { name: 'Chat log' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  expect(JSON.parse(await record.locator('pre').innerText())).toEqual(JSON.parse(JSON.stringify(server.chatLogs.recent.at(-1)!.record)));
});

test('the settings of a room, its stack and the results of custom resources', async () => {
  const settings = await page.locator('#settings').innerText();
  const handler = outputs.ReviewArn.split(':')[6];
  const wanted = ['lobby', outputs.RoomArn, '40 characters', '10 messages per second', handler, 'ALLOW', 'chat-log', 'log group chat', 'team = crew'];
  for (const text of wanted) expect(settings).toContain(text);
  await tabTo(page.locator('#stacks summary'));
  await page.keyboard.press('Enter');
  await page.locator('#stacks').getByText(outputs.ReviewArn).waitFor();

  await tabTo(page.getByRole('tab', { name: 'Chat log' }));
  await page.keyboard.press('ArrowRight');
  await page.locator('#custom-resources').getByText(/^Create of Custom \(Custom::Greeting\) succeeded in \d+ ms$/).waitFor();
  await page.keyboard.press('End');
  await page.locator('#live-log').getByText(/created: /).first().waitFor();
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('tab', { name: 'Chat log' }).getAttribute('aria-selected')).toBe('true');
});

test('an event is sent to everyone in the room', async () => {
  const viewer = await join('vera', 'Viewer');
  await tabTo(page.getByLabel('Name', { exact: true }), 'Shift+Tab');
  await page.keyboard.type('app:POLL');
  await page.keyboard.press('Tab');
  await page.keyboard.type('{ "question": "Encore?"');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const form = page.locator('#event-form');
  await form.getByRole('alert').getByText('Attributes must be JSON').waitFor();

  await page.getByLabel('Attributes (JSON)').press('End');
  await page.keyboard.type(' }');
  await tabTo(form.getByRole('button'));
  await page.keyboard.press('Enter');
  await messageIn(viewer, 'app:POLL question: Encore?').waitFor();
  expect(await form.getByRole('alert').count()).toBe(0);
});

describe('the form to sign in', () => {
  const tokenOf = async (name: string) => JSON.parse(Buffer.from((await page.getByLabel(name).inputValue()).split('.')[1], 'base64url').toString());
  const fill = async (label: string, text: string) => {
    await tabTo(page.getByLabel(label, { exact: true }));
    await page.keyboard.insertText(text);
  };

  test('has tokens of a user pool for any user, which can be copied', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    expect(await page.getByLabel('Groups').getAttribute('placeholder')).toBe('moderators');
    expect(await page.getByLabel('Client ID').isVisible()).toBe(false);
    await fill('Username', 'ada');
    await fill('Groups', 'moderators, fans');
    await fill('Claims (JSON)', '{ "email": "ada@example.com" }');
    await tabTo(page.getByRole('button', { name: 'Get tokens' }));
    await page.keyboard.press('Enter');
    await page.getByText('ada has signed in. The access token is valid for 120 minutes.').waitFor();

    expect(await tokenOf('ID token')).toMatchObject({ 'cognito:username': 'ada', 'cognito:groups': ['moderators', 'fans'], 'email': 'ada@example.com' });
    expect(await tokenOf('Access token')).toMatchObject({ username: 'ada', token_use: 'access' });
    await tabTo(page.getByRole('button', { name: 'Copy the ID token' }));
    await page.keyboard.press('Enter');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await page.getByLabel('ID token').inputValue());
  });

  test('has tokens of another issuer, which need an audience', async () => {
    await tabTo(page.getByLabel('Issuer'));
    await page.keyboard.press('End');
    await fill('Username', 'ada');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('client must be the audience of the tokens of https://login.example.com').waitFor();
    await tabTo(page.getByLabel('Audience'), 'Shift+Tab');
    await page.keyboard.insertText('chat');
    await page.keyboard.press('Enter');
    await page.getByText('ada has signed in.').waitFor();
    expect(await tokenOf('ID token')).toMatchObject({ iss: 'https://login.example.com', aud: 'chat', sub: 'ada' });
    problems = problems.filter(problem => !problem.includes('status of 400'));
  });

  test.each([
    ['without a username', '', '', '400 username must be a string of 1 to 128 characters'],
    ['with claims that are not JSON', 'ada', '{', 'Claims must be JSON, such as { "email": "ada@example.com" }.'],
  ])('shows an error %s', async (_what, username, claims, message) => {
    await fill('Username', username);
    await fill('Claims (JSON)', claims);
    await tabTo(page.getByRole('button', { name: 'Get tokens' }));
    await page.keyboard.press('Enter');
    await page.locator('#sign-in').getByRole('alert').getByText(message).waitFor();
    expect(await page.getByLabel('ID token').count()).toBe(0);
    problems = problems.filter(problem => !problem.includes('status of 400'));
  });
});

test('a new room appears, and open chats stay', async () => {
  const participant = await join('paul', 'Participant');
  await write(participant, 'still here');
  await sdk().send(new CreateRoomCommand({ name: 'side-stage' }));

  await tabTo(page.getByRole('button', { name: /^side-stage/ }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'side-stage' }).waitFor();
  const other = await join('olga', 'Participant');
  await other.getByText('Participant in side-stage').waitFor();
  await messageIn(participant, 'still here').waitFor();
});

test('a room shows its review handler until the handler is removed', async () => {
  const { arn: identifier } = await sdk().send(new CreateRoomCommand({ name: 'foyer', messageReviewHandler: { uri: outputs.ReviewArn } }));
  await page.getByRole('button', { name: /^foyer/ }).press('Enter');
  const settings = page.locator('#settings-list');
  await settings.getByText('Fallback').waitFor();
  await sdk().send(new UpdateRoomCommand({ identifier, messageReviewHandler: { uri: '' } }));

  await settings.getByText('Fallback').waitFor({ state: 'detached' });
  expect(await settings.locator('dt:text-is("Handler") + dd').innerText()).toBe('none');
});

test('a deleted room disappears, and its windows show it', async () => {
  const { arn } = await sdk().send(new CreateRoomCommand({ name: 'pit' }));
  await page.getByRole('button', { name: /^pit/ }).press('Enter');
  const participant = await join('paul', 'Participant');
  await sdk().send(new DeleteRoomCommand({ identifier: arn }));

  await page.getByRole('heading', { name: 'lobby' }).waitFor();
  await participant.getByText('a deleted room').waitFor();
  await write(participant, 'anybody?');
  await participant.getByRole('alert').getByText(/^404 /).waitFor();
});

test('an expired session is renewed, and the window shows it', async () => {
  await page.routeWebSocket(/./, socket => {
    const upstream = socket.connectToServer();
    upstream.onMessage(data => {
      if (!String(data).includes('end my session')) socket.send(data);
      else socket.send(JSON.stringify({ Type: 'ERROR', Id: 'expired', ErrorCode: 401, ErrorMessage: 'The chat session has expired.' }));
    });
  });
  await page.reload();
  await page.getByRole('heading', { name: 'lobby' }).waitFor();
  const participant = await join('paul', 'Participant');
  let allowTokens: () => void = () => undefined;
  const allowed = new Promise<void>(resolve => { allowTokens = resolve; });
  await page.route('**/playground/tokens', async route => allowed.then(() => route.continue()));

  await write(participant, 'end my session');
  await participant.getByText('Connecting…').waitFor();
  allowTokens();
  await participant.getByText('Connected', { exact: true }).waitFor({ state: 'attached' });
  await write(participant, 'and on');
  await messageIn(participant, 'and on').waitFor();
});

test('after a restart of the server, the page reconnects and clears its logs', async () => {
  const environment = { account: '111122223333', region: 'us-east-1' };
  let other = await LocalServer.start({ environment, dataDirectory: directory });
  const otherPage = await browser.newPage();
  try {
    await otherPage.goto(other.url);
    await otherPage.getByText('No rooms yet').waitFor();
    other.liveLog.record({ kind: 'notice', text: 'entry of the old server' });
    await otherPage.getByText('entry of the old server').waitFor({ state: 'attached' });
    const port = Number(new URL(other.url).port);
    await other.close();
    await otherPage.getByText('Server not reachable').waitFor();

    other = await LocalServer.start({ environment, dataDirectory: directory, port });
    await other.controlPlane.call('CreateRoom', { name: 'fresh' });
    other.liveLog.record({ kind: 'notice', text: 'entry of the new server' });
    await otherPage.getByText('entry of the new server').waitFor({ state: 'attached' });
    await otherPage.getByRole('button', { name: /^fresh/ }).waitFor();
    expect(await otherPage.getByText('entry of the old server').count()).toBe(0);
  } finally {
    await otherPage.close();
    await other.close();
  }
});

/** Visible text with less contrast than WCAG AA requires, with its ratio. */
const POOR_CONTRAST = `(() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(it => it / 255).map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
    .reduce((sum, it, index) => sum + it * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
      if (color[3] !== 0) throw new Error('half transparent: ' + at.className);
    }
    throw new Error('no background');
  };
  const texts = [...document.querySelectorAll('body *')].filter(element =>
    element.checkVisibility() && [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ''));
  const poor = texts.map(element => {
    const [light, dark] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => b - a);
    return { text: element.textContent.trim().slice(0, 30), ratio: (light + 0.05) / (dark + 0.05) };
  }).filter(({ ratio }) => ratio < 4.5);
  return { count: texts.length, poor };
})()`;

test.each(['dark', 'light'] as const)('all text has enough contrast in the %s color scheme', async colorScheme => {
  await page.emulateMedia({ colorScheme });
  const [participant, moderator] = [await join('paul', 'Participant'), await join('mia', 'Moderator')];
  await write(participant, 'damn');
  await participant.getByText('Changed by the review handler').waitFor();
  await write(participant, 'rude');
  await participant.getByRole('alert').waitFor();
  await messageIn(moderator, '****').getByRole('button', { name: /Delete/ }).press('Enter');
  await messageIn(moderator, 'Deleted').waitFor();
  const { count, poor } = await page.evaluate(POOR_CONTRAST) as { count: number; poor: object[] };

  expect(poor).toEqual([]);
  expect(count).toBeGreaterThan(60);
  const background = await page.evaluate('getComputedStyle(document.body).backgroundColor') as string;
  expect(Number(/\d+/.exec(background)![0]) < 128).toBe(colorScheme === 'dark');
});

test.each([1280, 720])('at a width of %d nothing overflows', async width => {
  await page.setViewportSize({ width, height: 900 });
  for (const letter of ['a', 'b', 'c']) await join(letter.repeat(40), 'Participant');
  await write(windowOf('c'.repeat(40), 'Participant'), 'w'.repeat(40));
  await messageIn(windowOf('a'.repeat(40), 'Participant'), 'w'.repeat(40)).waitFor();

  const wider = await page.evaluate(`[...document.querySelectorAll('html, aside, main, article, ol, form')]
    .filter(element => element.scrollWidth > element.clientWidth).map(element => element.id || element.tagName)`);
  expect(wider).toEqual([]);
});

test('fails to join without a user id, with an error message', async () => {
  await tabTo(page.getByLabel('User ID'));
  await page.keyboard.press('Enter');

  await page.locator('#join-form').getByRole('alert').getByText('Enter a user ID').waitFor();
  expect(await page.getByRole('article').count()).toBe(0);
});

test('fails to join with an invalid user id, with the message of the service', async () => {
  await tabTo(page.getByLabel('User ID'));
  await page.keyboard.insertText('u'.repeat(129));
  await page.keyboard.press('Enter');

  const opened = page.getByRole('article');
  await opened.getByText('Disconnected', { exact: true }).waitFor();
  await opened.getByText(/Request member: userId failed to satisfy the constraints/).waitFor();
  // Chromium logs the failed request to the console.
  expect(problems.every(problem => problem.includes('status of 400 (Bad Request)'))).toBe(true);
  problems = [];
});
