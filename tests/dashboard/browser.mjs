// Drives the page of a dashboard in Chromium, and prints as JSON what it shows:
// node browser.mjs CHROMIUM URL FOLDER
import { createRequire } from 'node:module';
import path from 'node:path';

const { chromium } = createRequire(path.resolve('package.json'))('playwright-core');
const [executablePath, url, folder] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
});
const views = [];
for (const colorScheme of ['light', 'dark']) {
  for (const width of [390, 1400]) views.push(await look(width, colorScheme));
}
const used = await use();
await browser.close();
console.log(JSON.stringify({ views, used }));

async function open(width, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests = [];
  const errors = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(`error: ${error.message}`));
  page.on('console', (message) => errors.push(`${message.type()}: ${message.text()}`));
  await page.goto(url);
  await page.waitForFunction(() => document.getElementById('connection').textContent === 'live');
  return { page, requests, errors };
}

async function look(width, colorScheme) {
  const { page, requests, errors } = await open(width, colorScheme);
  await page.screenshot({ path: path.join(folder, `${width}-${colorScheme}.png`), fullPage: true });
  const facts = await page.evaluate(() => {
    const texts = [...document.querySelectorAll('body *')].filter(
      (e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()),
    );
    return {
      overflow: document.documentElement.scrollWidth - innerWidth,
      smallest: Math.min(...texts.map((e) => parseFloat(getComputedStyle(e).fontSize))),
      contrast: Math.min(...texts.map(contrast)),
    };

    // The contrast of a text with its background (WCAG 2.2, 1.4.3): 4.5 is enough.
    function contrast(element) {
      const paint = element instanceof SVGElement ? getComputedStyle(element).fill : getComputedStyle(element).color;
      let box = element;
      while (getComputedStyle(box).backgroundColor === 'rgba(0, 0, 0, 0)' && box.parentElement) box = box.parentElement;
      const [one, two] = [luminance(paint), luminance(getComputedStyle(box).backgroundColor)];
      return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    }

    function luminance(color) {
      const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
  });
  await page.close();
  return { width, colorScheme, requests, errors, ...facts };
}

// Everything by keyboard: Tab to each control, and press it.
async function use() {
  const { page, errors } = await open(1400, 'light');
  const reached = [];
  const done = [];
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement === document.body ? null : (activeElement.labels?.[0]?.firstChild.data ?? activeElement.textContent).trim();
    });
    if (name === null) break;
    reached.push(name);
    if (['Revoke all tokens', 'Rotate the secret', 'Set', 'Inject', 'Clear faults'].includes(name)) {
      const before = await page.textContent('#done');
      await page.keyboard.press('Enter');
      await page.waitForFunction((text) => document.getElementById('done').textContent !== text, before);
      done.push(await page.textContent('#done'));
    } else if (name === 'Life of new tokens (s)') {
      await page.keyboard.type('77');
    } else if (name === 'Fault') {
      await page.keyboard.type('th');
    }
  }
  await page.waitForFunction(() => document.getElementById('advice').textContent.includes('TP-'));
  const text = await page.innerText('body');
  const tree = await page.locator('body').ariaSnapshot();
  await page.close();
  return { reached, done, text, tree, errors };
}
