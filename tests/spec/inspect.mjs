// Opens a page in Chromium and prints, as JSON, its requests, errors and visible content:
// node inspect.mjs CHROMIUM URL FOLDER WIDTH...
import { createRequire } from 'node:module';
import path from 'node:path';

const { chromium } = createRequire(path.resolve('package.json'))('playwright-core');
const [executablePath, url, folder, ...widths] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', // not available for root in containers
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND', // requests to a host fail, and are recorded
  ],
});
const views = [];
for (const width of widths.map(Number)) views.push(await inspect(width));
await browser.close();
console.log(JSON.stringify(views));

async function inspect(width) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const requests = [];
  const errors = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'log') errors.push(`${message.type()}: ${message.text()}`);
  });
  await page.goto(url);
  await page.waitForSelector('h1', { timeout: 30_000 });
  await page.waitForFunction(() => document.querySelectorAll('[data-section-id]').length > 3);
  await page.screenshot({ path: path.join(folder, `${width}.png`) });
  await page.screenshot({ path: path.join(folder, `${width}-whole.png`), fullPage: true });
  const facts = await page.evaluate(measure);
  facts.found = await search(page);
  await page.waitForTimeout(500); // for late requests
  await page.close();
  return { width, requests, errors, ...facts };
}

function measure() {
  const shown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !shown(parent) || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(parent.tagName)) continue;
    texts.push({ text, node: walker.currentNode, size: parseFloat(getComputedStyle(parent).fontSize) });
  }
  const letters = texts.reduce((sum, { text }) => sum + text.length, 0);
  const small = texts.filter(({ size }) => size < 12);
  return {
    text: texts.map(({ text }) => text).join('\n'),
    sections: [...document.querySelectorAll('[data-section-id]')].map((e) => e.dataset.sectionId),
    overflow: document.documentElement.scrollWidth - innerWidth,
    smallest: Math.min(...texts.map(({ size }) => size)),
    small_share: small.reduce((sum, { text }) => sum + text.length, 0) / letters,
    body: parseFloat(getComputedStyle(document.querySelector('[data-role=redoc-description]')).fontSize),
    servers: document.getElementById('reference').textContent, // collapsed, and therefore not visible
    cut: texts.filter(({ node }) => isCut(node)).map(({ text }) => text),
  };

  // Whether the text begins or ends outside of a box that hides it and does not scroll.
  function isCut(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].some((line) => {
      for (let box = node.parentElement; box; box = box.parentElement) {
        const overflow = getComputedStyle(box).overflowX;
        if (overflow === 'auto' || overflow === 'scroll') return false;
        const edge = box.getBoundingClientRect();
        if (overflow !== 'visible' && (line.left < edge.left - 1 || line.right > edge.right + 1)) return true;
      }
      return line.left < 0 || line.right > innerWidth + 1;
    });
  }
}

async function search(page) {
  const box = page.locator('input[type=text]').first();
  if (!(await box.isVisible())) return null;
  await box.fill('calling client');
  await page.waitForTimeout(800);
  return page.locator('[role=search] li, [role=search] label').allInnerTexts();
}
