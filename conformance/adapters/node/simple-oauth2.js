/** simple-oauth2 does not cache tokens: this program does, and uses the library's `expired()`. */
import { ClientCredentials } from "simple-oauth2";
import { CLIENT_ID, CLIENT_SECRET, ME, serve, TOKEN_URL, TokenFailure } from "./lines.js";

function connect() {
  const { origin: tokenHost, pathname, search } = new URL(TOKEN_URL);
  const client = new ClientCredentials({
    client: { id: CLIENT_ID, secret: CLIENT_SECRET },
    auth: { tokenHost, tokenPath: pathname + search },
    options: { authorizationMethod: "body" },
  });
  let accessToken;
  return async () => {
    if (!accessToken || accessToken.expired(30)) {
      accessToken = await client.getToken({}).catch((error) => {
        throw new TokenFailure(error, error.output?.statusCode);
      });
    }
    return fetch(ME, { headers: { authorization: `Bearer ${accessToken.token.access_token}` } });
  };
}

await serve(connect);
