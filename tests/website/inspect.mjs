// Opens pages of the site from the disk, in one window, and prints as JSON what a person would meet:
// node inspect.mjs CHROMIUM PAGE...
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(path.resolve('package.json'))('playwright-core');
const [executablePath, ...files] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', // not available for root in containers
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND', // requests to a host fail, and are recorded
  ],
});
const page = await browser.newPage();
let requests = [];
let errors = [];
page.on('request', (request) => requests.push(request.url()));
page.on('pageerror', (error) => errors.push(`error: ${error.message}`));
page.on('console', (message) => {
  if (message.type() !== 'log') errors.push(`${message.type()}: ${message.text()}`);
});

const views = [];
for (const file of files) {
  [requests, errors] = [[], []];
  const looks = {};
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.goto(pathToFileURL(path.resolve(file)).href);
    for (const width of [390, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      looks[`${colorScheme} ${width}`] = await page.evaluate(look);
    }
  }
  views.push({ file, requests, errors, looks });
}
const found = await search(process.argv[3], 'Retry-After');
await browser.close();
console.log(JSON.stringify({ views, found }));

function look() {
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const pixel = (...colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const contrast = (element, behind) => {
    const ground = [getComputedStyle(document.body).backgroundColor, getComputedStyle(behind).backgroundColor];
    const [one, two] = [pixel(...ground), pixel(...ground, getComputedStyle(element).color)].map(luminance);
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  };
  const tokens = [...document.querySelectorAll('article pre code, article pre code span')].filter(
    (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()),
  );
  const size = (element) => parseFloat(getComputedStyle(element).fontSize);
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    code_size: Math.min(99, ...tokens.map(size)),
    code_contrast: Math.min(21, ...tokens.map((token) => contrast(token, token.closest('code')))),
    text_size: size(document.querySelector('article p') ?? document.querySelector('article')),
    background: pixel(getComputedStyle(document.body).backgroundColor)[0],
    broken: [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src),
  };
}

// The addresses that the search shows for a word, in a page from the disk.
async function search(file, word) {
  await page.goto(pathToFileURL(path.resolve(file)).href);
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.keyboard.press('Control+k');
  await page.locator('input[placeholder=Search], input[type=text]').last().waitFor();
  await page.keyboard.type(word, { delay: 30 });
  const results = page.locator(`ol a[href*="${word}"]`);
  try {
    await results.first().waitFor({ timeout: 10_000 });
  } catch {
    return [];
  }
  return results.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}
