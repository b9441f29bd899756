/**
 * Calls the Persium API and complies with its token policy (TP-1 to TP-10 in openapi.yaml).
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
   * @param stage The endpoint that failed: token endpoint or API.
   * @param status The last HTTP status of that endpoint; null: no usable response.
   * @param retryAfter The server's header field, unchanged. There is no retry after a 429 or 503 (TP-8).
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
    if (!Object.values(settings).every(Boolean)) throw new TypeError("persium: all four settings are required");
    this.#baseUrl = settings.apiBaseUrl.replace(/\/+$/, "");
    this.#tokens = TokenSource.for(settings);
  }

  /** Returns the calling client. */
  me(): Promise<Me> {
    return this.#get<Me>("/me");
  }

  /** Sends a request, and repeats it once with a new token after a 401 (TP-5, TP-6). */
  async #get<T>(path: string): Promise<T> {
    const challenges: string[] = [];
    for (;;) {
      const token = await this.#tokens.get();
      const headers = { accept: "application/json", authorization: `Bearer ${token.value}` };
      const { status, fields, body } = await send("api", this.#baseUrl + path, { headers });
      if (status === 200 && isObject(body)) return body as T;
      if (status === 200) throw new PersiumError(`${path}: the response is not a JSON object`, "api", status);
      const retryAfter = fields.get("retry-after");
      if (status !== 401) throw new PersiumError(`${path}: HTTP ${status}`, "api", status, retryAfter);
      this.#tokens.invalidate(token);
      challenges.push((fields.get("www-authenticate") ?? "no challenge").replaceAll(token.value, "***"));
      if (challenges.length === 2) {
        const both = challenges.join("; then, with a new token: ");
        throw new PersiumError(`${path}: HTTP 401 twice: ${both}`, "api", status);
      }
    }
  }
}

/** Opaque (TP-10): the expiry follows from `expires_in` and the time of the request. */
class Token {
  constructor(
    readonly value: string,
    readonly lifetimeMs: number,
    readonly sent: Instant,
  ) {}

  isFresh(): boolean {
    const now = instant();
    const age = Math.max(now.wall - this.sent.wall, now.steady - this.sent.steady);
    return this.lifetimeMs - age >= MARGIN_MS;
  }
}

type Instant = ReturnType<typeof instant>;

/** Two clocks: the steady one may stop while a machine sleeps, and the other may be set. */
function instant() {
  return { wall: Date.now(), steady: performance.now() };
}

/** Caches one token, and sends one token request at a time (TP-4). */
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
    if (this.#current?.isFresh()) return this.#current;
    this.#flight ??= this.#request().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  /** Drops a rejected token, unless a newer one is cached (TP-5). */
  invalidate(rejected: Token): void {
    if (this.#current === rejected) this.#current = undefined;
  }

  /** A 400 or 401 is final (TP-7). A token below 30 s is returned to the waiting calls only (TP-3). */
  async #request(): Promise<Token> {
    const sent = instant();
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: this.#settings.clientId,
      client_secret: this.#settings.clientSecret,
    });
    const headers = { accept: "application/json" };
    const { status, fields, body } = await send("token", this.#settings.tokenUrl, { method: "POST", headers, body: form });
    if (status !== 200) {
      const code = isObject(body) && /^[a-z_]{1,40}$/.test(String(body["error"])) ? `: ${body["error"]}` : "";
      const message = `token endpoint: HTTP ${status}${code}`;
      throw new PersiumError(message, "token", status, fields.get("retry-after"));
    }
    if (!isTokenResponse(body)) throw new PersiumError("token endpoint: no usable token in the response", "token");
    const token = new Token(body.access_token, body.expires_in * 1000, sent);
    if (token.isFresh()) this.#current = token;
    else if (!this.#warned) {
      this.#warned = true;
      process.emitWarning(`token lifetime (${body.expires_in} s) is below 30 s: every call requests a token`, "PersiumWarning");
    }
    return token;
  }
}

/** Redirects are not followed, so that secret and token are not sent to another origin (TP-9). */
async function send(stage: Stage, url: string, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, fields: response.headers, body: parsed(await response.text()) };
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    const { code, name } = cause as { code?: unknown; name?: unknown }; // its message may quote the server
    throw new PersiumError(`no response from the ${stage} endpoint: ${String(typeof code === "string" ? code : name)}`, stage);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's error quotes the text
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
