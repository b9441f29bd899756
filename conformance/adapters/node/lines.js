/** The protocol of the conformance suite for any client: see conformance/README.md. */
import { createInterface } from "node:readline";

export const { TOKEN_URL, API_BASE_URL, CLIENT_ID, CLIENT_SECRET } = process.env;
export const ME = new URL(`${API_BASE_URL.replace(/\/+$/, "")}/me`);

/** No token could be obtained. */
export class TokenFailure extends Error {
  constructor(cause, status) {
    super(cause.message);
    this.status = status ?? null;
  }
}

/** Executes commands; `connect` returns a client: a function that calls /me and returns a Response. */
export async function serve(connect) {
  const shared = connect();
  const calls = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, id, times = 1, client } = JSON.parse(line);
    if (command === "quit") break;
    if (command !== "call") {
      write({ unsupported: command });
      continue;
    }
    const me = client === "new" ? connect() : shared;
    for (let started = 0; started < times; started++) calls.push(call(me, id));
  }
  await Promise.all(calls);
}

async function call(me, id) {
  try {
    const response = await me();
    if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status });
    write({ id, ok: true, status: response.status, body: await response.json() });
  } catch (error) {
    const stage = error instanceof TokenFailure ? "token" : "api";
    write({ id, ok: false, stage, status: error.status ?? null, message: error.message });
  }
}

function write(line) {
  console.log(JSON.stringify(line));
}
