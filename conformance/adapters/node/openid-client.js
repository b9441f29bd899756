/** openid-client does not cache tokens: this program does, and uses the library's `expiresIn()`. */
import * as client from "openid-client";
import { CLIENT_ID, CLIENT_SECRET, ME, serve, TOKEN_URL, TokenFailure } from "./lines.js";

function connect() {
  const server = { issuer: new URL(TOKEN_URL).origin, token_endpoint: TOKEN_URL };
  const config = new client.Configuration(server, CLIENT_ID, undefined, client.ClientSecretPost(CLIENT_SECRET));
  client.allowInsecureRequests(config); // the suite uses plain HTTP
  let tokens;
  return async () => {
    if (!tokens || tokens.expiresIn() < 30) {
      tokens = await client.clientCredentialsGrant(config).catch((error) => {
        throw new TokenFailure(error, error.status ?? error.cause?.status);
      });
    }
    return client.fetchProtectedResource(config, tokens.access_token, ME, "GET");
  };
}

await serve(connect);
