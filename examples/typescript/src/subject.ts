/** Connects persium.ts to the conformance suite: see conformance/README.md. */
import { createInterface } from "node:readline";
import { env, stdin } from "node:process";
import { inspect } from "node:util";
import { Persium, PersiumError } from "./persium.js";

interface Command {
  command: string;
  id?: number;
  times?: number;
  client?: "shared" | "new";
}

function client(): Persium {
  return new Persium({
    tokenUrl: env["TOKEN_URL"] ?? "",
    apiBaseUrl: env["API_BASE_URL"] ?? "",
    clientId: env["CLIENT_ID"] ?? "",
    clientSecret: env["CLIENT_SECRET"] ?? "",
  });
}

function write(line: object): void {
  console.log(JSON.stringify(line));
}

async function call(persium: Persium, id: number | undefined): Promise<void> {
  try {
    write({ id, ok: true, status: 200, body: await persium.me() });
  } catch (error) {
    if (!(error instanceof PersiumError)) throw error;
    const { stage, status, message } = error;
    write({ id, ok: false, stage, status, message });
  }
}

const shared = client();
console.error(inspect(shared, { depth: null, showHidden: true })); // the suite searches the log for the secret
const calls: Promise<void>[] = [];
for await (const line of createInterface({ input: stdin })) {
  const command = JSON.parse(line) as Command;
  if (command.command === "quit") break;
  if (command.command !== "call") {
    write({ unsupported: command.command });
    continue;
  }
  const persium = command.client === "new" ? client() : shared;
  for (let started = 0; started < (command.times ?? 1); started++) calls.push(call(persium, command.id));
}
await Promise.all(calls);
