/** The suite's line protocol over any client: see conformance/README.md. */
import { createInterface } from "node:readline";

export const { TOKEN_URL, API_BASE_URL, CLIENT_ID, CLIENT_SECRET } = process.env;
export const ME = new URL(`${API_BASE_URL.replace(/\/+$/, "")}/me`);

/** What went wrong with a token, told by its cause. */
export class TokenFailure extends Error {
  constructor(cause, status) {
    super(cause.message);
    this.status = status ?? null;
  }
}

/** Answers commands; `connect` makes a client: a function that calls /me and gives a Response. */
export async function serve(connect) {
  const shared = connect();
  const calls = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, id, times = 1, client } = JSON.parse(line);
    if (command === "quit") break;
    if (command !== "call") {
      say({ unsupported: command });
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
    say({ id, ok: true, status: response.status, body: await response.json() });
  } catch (error) {
    const stage = error instanceof TokenFailure ? "token" : "api";
    say({ id, ok: false, stage, status: error.status ?? null, message: error.message });
  }
}

function say(line) {
  console.log(JSON.stringify(line));
}
