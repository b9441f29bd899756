/**
 * Calls the Persium API and keeps its token policy (TP-1 to TP-10 in openapi.yaml).
 * To use it, copy this file and api.ts into a service.
 */
import type { components } from "./api.js";

export type Me = components["schemas"]["Me"];
type TokenResponse = components["schemas"]["TokenResponse"];
type Stage = "token" | "api";

const MARGIN_MS = 30_000; // TP-2
const TIMEOUT_MS = 30_000;

export interface Settings {
  tokenUrl: string;
  apiBaseUrl: string;
  clientId: string;
  clientSecret: string;
}

export class PersiumError extends Error {
  override readonly name = "PersiumError";

  /**
   * @param stage What failed: getting a token, or the call itself.
   * @param status The last HTTP status of that stage; null: there was no usable answer.
   * @param retryAfter The server's header, as it came. Nothing was tried again after a 429 or 503 (TP-8).
   */
  constructor(
    message: string,
    readonly stage: Stage,
    readonly status: number | null = null,
    readonly retryAfter: string | null = null,
  ) {
    super(message);
  }
}

/** Clients are cheap: those with the same credentials share a token (TP-1). */
export class Persium {
  readonly #baseUrl: string;
  readonly #tokens: TokenSource;

  constructor(settings: Settings) {
    if (!Object.values(settings).every(Boolean)) throw new TypeError("persium: each setting is needed");
    this.#baseUrl = settings.apiBaseUrl.replace(/\/+$/, "");
    this.#tokens = TokenSource.for(settings);
  }

  /** Who is calling. */
  me(): Promise<Me> {
    return this.#get<Me>("/me");
  }

  /** Calls once, and once more with a new token after a 401 (TP-5, TP-6). */
  async #get<T>(path: string): Promise<T> {
    const challenges: string[] = [];
    for (;;) {
      const token = await this.#tokens.get();
      const headers = { accept: "application/json", authorization: `Bearer ${token.value}` };
      const { status, answer, body } = await send("api", this.#baseUrl + path, { headers });
      if (status === 200 && isObject(body)) return body as T;
      if (status === 200) throw new PersiumError(`${path} answered no JSON object`, "api", status);
      const retryAfter = answer.get("retry-after");
      if (status !== 401) throw new PersiumError(`${path} answered ${status}`, "api", status, retryAfter);
      this.#tokens.forget(token);
      challenges.push((answer.get("www-authenticate") ?? "no challenge").replaceAll(token.value, "***"));
      if (challenges.length === 2) {
        const both = challenges.join("; then, with a new token: ");
        throw new PersiumError(`${path} answered 401 twice: ${both}`, "api", status);
      }
    }
  }
}

/** Opaque (TP-10): its life comes from `expires_in` and from when it was asked for. */
class Token {
  constructor(
    readonly value: string,
    readonly lifeMs: number,
    readonly sent: Moment,
  ) {}

  usable(): boolean {
    const now = moment();
    const age = Math.max(now.wall - this.sent.wall, now.steady - this.sent.steady);
    return this.lifeMs - age >= MARGIN_MS;
  }
}

type Moment = ReturnType<typeof moment>;

/** Two clocks: the steady one may stand still while a machine sleeps, the other may be set. */
function moment() {
  return { wall: Date.now(), steady: performance.now() };
}

/** Keeps one token, and asks for one at a time (TP-4). */
class TokenSource {
  static readonly #all = new Map<string, TokenSource>();
  readonly #settings: Settings;
  #current: Token | undefined;
  #flight: Promise<Token> | undefined;
  #warned = false;

  private constructor(settings: Settings) {
    this.#settings = { ...settings };
  }

  static for(settings: Settings): TokenSource {
    const key = JSON.stringify([settings.tokenUrl, settings.clientId, settings.clientSecret]);
    const source = this.#all.get(key) ?? new TokenSource(settings);
    this.#all.set(key, source);
    return source;
  }

  async get(): Promise<Token> {
    if (this.#current?.usable()) return this.#current;
    this.#flight ??= this.#request().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  /** Drops the refused token, unless a newer one has taken its place (TP-5). */
  forget(refused: Token): void {
    if (this.#current === refused) this.#current = undefined;
  }

  /** Asks once: a refusal is final (TP-7). A token too short to keep serves those who wait (TP-3). */
  async #request(): Promise<Token> {
    const sent = moment();
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: this.#settings.clientId,
      client_secret: this.#settings.clientSecret,
    });
    const headers = { accept: "application/json" };
    const { status, answer, body } = await send("token", this.#settings.tokenUrl, { method: "POST", headers, body: form });
    if (status !== 200) {
      const code = isObject(body) && /^[a-z_]{1,40}$/.test(String(body["error"])) ? `: ${body["error"]}` : "";
      const message = `the token endpoint answered ${status}${code}`;
      throw new PersiumError(message, "token", status, answer.get("retry-after"));
    }
    if (!isTokenResponse(body)) throw new PersiumError("the token endpoint answered no usable token", "token");
    const token = new Token(body.access_token, body.expires_in * 1000, sent);
    if (token.usable()) this.#current = token;
    else if (!this.#warned) {
      this.#warned = true;
      process.emitWarning(`tokens live ${body.expires_in} s, less than 30 s: every call costs one`, "PersiumWarning");
    }
    return token;
  }
}

/** Redirects are answers, never followed: neither secret nor token goes elsewhere (TP-9). */
async function send(stage: Stage, url: string, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, answer: response.headers, body: parsed(await response.text()) };
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    const { code, name } = cause as { code?: unknown; name?: unknown }; // its message may quote what a server wrote
    throw new PersiumError(`no answer from the ${stage} endpoint: ${String(typeof code === "string" ? code : name)}`, stage);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's message quotes the text
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTokenResponse(value: unknown): value is TokenResponse {
  if (!isObject(value)) return false;
  const { access_token, expires_in, token_type } = value;
  const sendable = typeof access_token === "string" && /^[\x21-\x7e]+$/.test(access_token);
  return sendable && Number.isFinite(expires_in) && String(token_type).toLowerCase() === "bearer";
}
