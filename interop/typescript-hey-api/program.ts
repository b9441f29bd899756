import { createClient } from "./generated/client/index.js";
import { getMe } from "./generated/index.js";

type Outcome =
  | { ok: true; me: { client_id: string; organisation_uuid: string; label: string; all_organisations: boolean } }
  | { ok: false; stage: "token" | "api"; status: number | null; detail: string | null };

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

async function callMe(): Promise<Outcome> {
  const tokenResponse = await fetch(setting("TOKEN_URL"), {
    method: "POST",
    redirect: "error",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: setting("CLIENT_ID"),
      client_secret: setting("CLIENT_SECRET"),
    }),
  });
  if (!tokenResponse.ok) {
    const { error } = (await tokenResponse.json()) as { error?: string };
    return { ok: false, stage: "token", status: tokenResponse.status, detail: error ?? null };
  }
  const { access_token } = (await tokenResponse.json()) as { access_token: string };
  const client = createClient({
    baseUrl: setting("API_BASE_URL"),
    redirect: "error", // redirects are followed by default
    auth: access_token,
  });
  const { data, response } = await getMe({ client });
  if (response === undefined || typeof data === "string") {
    // No response, or an HTML page, which is in `data` as text.
    return { ok: false, stage: "api", status: null, detail: null };
  }
  if (data === undefined) {
    const detail = response.headers.get("WWW-Authenticate") ?? response.headers.get("Retry-After");
    return { ok: false, stage: "api", status: response.status, detail };
  }
  const { client_id, organisation_uuid, label, all_organisations } = data;
  return { ok: true, me: { client_id, organisation_uuid, label, all_organisations } };
}

console.log(JSON.stringify(await callMe()));
