/**
 * Takes the picture of the playground in the README, in the folder `local`, after `npx cdk synth` in examples/live-chat:
 *
 *     npx tsx browser/picture.ts ../examples/live-chat/cdk.out playground.png
 */
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { type IvsChat, startIvsChat } from '../src';

const [app, file] = process.argv.slice(2);

/** So that the messages have different times. */
const PAUSE_MILLISECONDS = 700;

async function join(page: Page, userId: string, displayName: string, role: string): Promise<Locator> {
  await page.getByLabel('User ID').fill(userId);
  await page.getByLabel('Display name').fill(displayName);
  await page.locator('label', { has: page.getByRole('radio', { name: role }) }).click();
  await page.getByRole('button', { name: 'Join' }).click();
  const opened = page.getByRole('article', { name: `${displayName}, ${role.toLowerCase()}`, exact: true });
  await opened.getByText('Connected', { exact: true }).waitFor({ state: 'attached' });
  return opened;
}

async function chat(page: Page): Promise<void> {
  await join(page, 'ada', 'Ada', 'Viewer');
  const mo = await join(page, 'mo', 'Mo', 'Participant');
  const june = await join(page, 'june', 'June', 'Moderator');
  const write = async (from: Locator, text: string, delivered = text) => {
    await from.getByRole('textbox').fill(text);
    await from.getByRole('textbox').press('Enter');
    await june.getByText(delivered).waitFor();
    await page.waitForTimeout(PAUSE_MILLISECONDS);
  };
  await write(june, 'Doors open at eight. Questions for the band go here.');
  await write(mo, 'Will you play the old songs tonight?');
  await write(mo, 'Mail me if you record it: mo@example.com', 'Mail me if you record it');
  await write(mo, 'Buy tickets from me, cheap!!');
  await june.getByRole('listitem').filter({ hasText: 'Buy tickets' }).getByRole('button', { name: /^Delete/ }).click();
  await june.getByText('Deleted · by June').waitFor();
  await write(june, 'Half the set is old, promise.');

  await page.getByLabel('Name', { exact: true }).fill('app:POLL');
  await page.getByLabel('Attributes (JSON)').fill('{ "question": "Encore?" }');
  await page.getByRole('button', { name: 'Send event' }).click();
  await june.getByText('Encore?').waitFor();
  await page.waitForTimeout(PAUSE_MILLISECONDS);
  await mo.getByRole('textbox').fill('the sound guy is an idiot');
  await mo.getByRole('textbox').press('Enter');
  await mo.getByRole('alert').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByLabel('Attributes (JSON)').fill('');
  await mo.getByRole('textbox').focus();
}

async function main(): Promise<void> {
  let local: IvsChat | undefined;
  let browser: Browser | undefined;
  try {
    local = await startIvsChat({ app, issuers: ['https://login.example.com'] });
    await local.call('CreateRoom', { name: 'backstage' });
    // Chromium does not run as root with its sandbox.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    await page.goto(local.playgroundUrl);
    await page.getByRole('button', { name: /^lobby/ }).click();
    await chat(page);
    await page.screenshot({ path: file });
  } finally {
    await browser?.close();
    await local?.close();
  }
}

void main();
