import createClient from "openapi-fetch";
import type { paths } from "./generated/api.js";

type Outcome =
  | { ok: true; me: { client_id: string; organisation_uuid: string; label: string; all_organisations: boolean } }
  | { ok: false; stage: "token" | "api"; status: number | null; detail: string | null };

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const tokenUrl = setting("TOKEN_URL");
// A separate client for the token endpoint, which sends every request to TOKEN_URL.
const authentication = createClient<Pick<paths, "/token">>({
  baseUrl: tokenUrl,
  redirect: "error",
  fetch: (request) => fetch(new Request(tokenUrl, request)),
});
const api = createClient<Pick<paths, "/me">>({ baseUrl: setting("API_BASE_URL"), redirect: "error" });

async function getMe(): Promise<Outcome> {
  const token = await authentication.POST("/token", {
    headers: { "Content-Type": "application/x-www-form-urlencoded" }, // the default is JSON
    body: {
      grant_type: "client_credentials",
      client_id: setting("CLIENT_ID"),
      client_secret: setting("CLIENT_SECRET"),
    },
  });
  if (token.data === undefined) {
    return { ok: false, stage: "token", status: token.response.status, detail: token.error?.error ?? null };
  }
  const result = await api
    .GET("/me", { headers: { Authorization: `Bearer ${token.data.access_token}` } })
    .catch(() => undefined); // no response, or no JSON
  if (result === undefined) return { ok: false, stage: "api", status: null, detail: null };
  const { data, response } = result;
  if (data === undefined) { // not `if (error)`, which is undefined without a body
    const detail = response.headers.get("WWW-Authenticate") ?? response.headers.get("Retry-After");
    return { ok: false, stage: "api", status: response.status, detail };
  }
  const { client_id, organisation_uuid, label, all_organisations } = data;
  return { ok: true, me: { client_id, organisation_uuid, label, all_organisations } };
}

console.log(JSON.stringify(await getMe()));
