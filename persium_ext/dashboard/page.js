// Draws the state of the sandbox, which it requests again and again; the server responds when there
// is something new. Texts are set as text, never as markup.
'use strict';

const MARGIN = 30; // seconds: a token with less is not sent (TP-2)
const LANE = 22;
const LABEL = 74;
const byId = (id) => document.getElementById(id);
let state = null;
let clockOffset = 0; // between this page's clock and the server's seconds

const element = (name, attributes = {}, text = '') => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

const shape = (name, attributes, title = '') => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (title) {
    const hover = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    hover.textContent = title;
    made.append(hover);
  }
  return made;
};

const now = () => performance.now() / 1000 + clockOffset;
const clock = (seconds) =>
  new Date(Date.now() - (now() - seconds) * 1000).toLocaleTimeString([], { hour12: false });
const statusOf = (event) => (event.delivered ? String(event.status) : event.fault);
const noteOf = (event) =>
  [event.is_retry && 'retry', event.fault && `fault: ${event.fault}`].filter(Boolean).join(', ');
const tokenOf = (event) => (event.token === null ? '–' : `#${event.token}`);

function drawAdvice() {
  if (!state.advice.length) {
    const quiet = state.events.length ? 'No rule is broken so far.' : 'No request so far.';
    const shown = byId('advice').firstElementChild;
    if (!shown || shown.textContent !== quiet) byId('advice').replaceChildren(element('p', { class: 'kept' }, quiet));
    return;
  }
  const items = state.advice.map((each) => {
    const item = element('li');
    const who = each.clients.filter(Boolean).join(', ');
    const often = each.in_last_minute > 1 ? `${each.in_last_minute} times in a minute. ` : '';
    item.append(element('strong', {}, [each.rule, who].filter(Boolean).join(' · ')), ` ${often}${each.text}`);
    return item;
  });
  const list = element('ul');
  list.append(...items);
  if (byId('advice').textContent !== list.textContent) byId('advice').replaceChildren(list);
}

function drawCounters() {
  for (const shown of document.querySelectorAll('[data-counter]')) {
    shown.textContent = state.counters[shown.dataset.counter] ?? 0;
  }
  for (const shown of document.querySelectorAll('[data-setting]')) {
    shown.textContent = state[shown.dataset.setting];
  }
}

function lanesOf(events) {
  const lanes = new Map(); // the key of a lane: a token, or what has none
  for (const event of events) {
    const key = event.token ?? (event.endpoint === 'token' ? 'no token' : 'other');
    if (!lanes.has(key)) lanes.set(key, { issued: null, events: [] });
    const lane = lanes.get(key);
    if (event.endpoint === 'token' && event.token !== null) lane.issued = event;
    else lane.events.push(event);
  }
  return lanes;
}

function mark(event, x, y) {
  const title = `${clock(event.received)} ${event.operation} ${statusOf(event)} ${noteOf(event)}`.trim();
  const group = shape('g', { transform: `translate(${x.toFixed(1)} ${y})` }, title);
  if (event.status === 401 && event.delivered) group.append(shape('path', { class: 'unauthorized', d: 'M-4-4 4 4M4-4-4 4' }));
  else if (event.status >= 400 || !event.delivered) group.append(shape('path', { class: 'failure', d: 'M0-5 5 5H-5Z' }));
  else group.append(shape('circle', { class: 'ok', r: 3.5 }));
  if (event.is_retry) group.append(shape('circle', { class: 'retry', r: 7 }));
  return group;
}

function drawTimeline() {
  const svg = byId('timeline');
  const width = Math.max(svg.clientWidth, 280);
  const seconds = Math.min(Number(byId('window').value), Math.max(60, now() * 1.1)); // no empty past
  const end = now() + seconds * 0.08;
  const start = end - seconds;
  const x = (time) => LABEL + ((Math.max(time, start) - start) / seconds) * (width - LABEL - 4);
  const alive = (event) => event.responded > start || (event.life ?? 0) + event.received > start;
  const lanes = [...lanesOf(state.events.filter(alive)).entries()].slice(-10);
  const height = Math.max(lanes.length, 1) * LANE + 24;
  const parts = [];
  for (let i = 0; i <= 4; i += 1) {
    const time = start + (seconds * i) / 4;
    parts.push(shape('line', { class: 'grid', x1: x(time), x2: x(time), y1: 0, y2: height - 18 }));
    const text = shape('text', { x: x(time), y: height - 4, 'text-anchor': ['start', 'middle', 'middle', 'middle', 'end'][i] });
    text.textContent = i % 2 && width < 500 ? '' : clock(time);
    parts.push(text);
  }
  lanes.forEach(([key, lane], row) => {
    const y = row * LANE + LANE / 2;
    const label = shape('text', { x: 0, y: y + 4 });
    label.textContent = typeof key === 'number' ? `token ${key}` : key;
    parts.push(label);
    const issued = lane.issued;
    if (issued && issued.delivered && issued.life !== null) {
      const last = Math.min(issued.received + issued.life, end);
      const margin = Math.min(Math.max(issued.received + issued.life - MARGIN, issued.received), end);
      const title = `token ${key} of ${issued.client}: ${issued.life} s from ${clock(issued.received)}`;
      parts.push(shape('rect', { class: 'life', x: x(issued.received), y: y - 7, width: Math.max(x(margin) - x(issued.received), 0), height: 14 }, title));
      parts.push(shape('rect', { class: 'margin', x: x(margin), y: y - 7, width: Math.max(x(last) - x(margin), 0), height: 14 }, title));
    } else if (issued) {
      parts.push(mark(issued, x(issued.received), y));
    }
    for (const event of lane.events) if (event.received > start) parts.push(mark(event, x(event.received), y));
  });
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren(...parts);
}

function drawRequests() {
  const rows = state.events.slice(-50).reverse().map((event) => {
    const row = element('tr');
    const failed = event.status >= 400 || !event.delivered;
    row.append(
      element('td', {}, clock(event.received)),
      element('td', {}, event.operation),
      element('td', failed ? { class: 'bad' } : {}, statusOf(event)),
      element('td', {}, tokenOf(event)),
      element('td', {}, event.client),
      element('td', {}, noteOf(event)),
    );
    return row;
  });
  byId('requests').replaceChildren(...rows);
}

function drawControls() {
  const kinds = document.querySelector('[name=kind]');
  if (!kinds.options.length) {
    kinds.append(...Object.keys(state.kinds).map((kind) => element('option', {}, kind)));
    kinds.addEventListener('change', describeKind);
    describeKind();
  }
  const life = document.querySelector('[name=seconds]');
  if (!life.value) life.value = state.token_life;
  byId('faults').replaceChildren(
    ...state.faults.map(({ kind, at, count }) => element('li', {}, `${kind} at ${at ?? 'both endpoints'}: applied ${count} times`)),
  );
}

function describeKind() {
  byId('kind-text').textContent = state.kinds[document.querySelector('[name=kind]').value];
}

function draw() {
  if (!state) return;
  drawAdvice();
  drawCounters();
  drawControls();
  drawRequests();
  drawTimeline();
}

async function act(event) {
  event.preventDefault();
  const { action } = event.target.dataset;
  const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ''));
  for (const name of ['seconds', 'times']) if (name in given) given[name] = Number(given[name]);
  const done = byId('done');
  try {
    const response = await fetch(action, { method: 'POST', body: JSON.stringify(given) });
    const result = await response.json();
    done.className = response.ok ? '' : 'failed';
    done.textContent = response.ok ? [result.done, result.secret].filter(Boolean).join(' ') : result.error;
  } catch {
    done.className = 'failed';
    done.textContent = 'The sandbox does not respond.';
  }
}

async function follow() {
  const connection = byId('connection');
  for (;;) {
    try {
      const response = await fetch(state ? `state?after=${state.version}` : 'state');
      state = await response.json();
      clockOffset = state.now - performance.now() / 1000;
      connection.className = '';
      connection.textContent = 'live';
      draw();
      await new Promise((resolve) => setTimeout(resolve, 200)); // under load, five times a second
    } catch {
      connection.className = 'lost';
      connection.textContent = 'The sandbox does not respond. It may have been stopped.';
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

for (const form of document.querySelectorAll('form')) form.addEventListener('submit', act);
byId('window').addEventListener('change', draw);
new ResizeObserver(() => state && drawTimeline()).observe(byId('timeline').parentElement);
setInterval(() => state && drawTimeline(), 1000);
follow();
