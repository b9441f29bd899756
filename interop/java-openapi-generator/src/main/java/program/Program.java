package program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.stream.Stream;
import persium.ApiClient;
import persium.ApiException;
import persium.api.AuthenticationApi;
import persium.api.IdentityApi;
import persium.model.Me;

/** Says who is calling: as little as a client of the generated code can be. */
public final class Program {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Program() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println(JSON.writeValueAsString(whoAmI()));
  }

  private static ObjectNode whoAmI() throws Exception {
    String token;
    try {
      token =
          authentication()
              .requestToken(
                  "client_credentials", setting("CLIENT_ID"), setting("CLIENT_SECRET"), null)
              .getAccessToken();
    } catch (ApiException refused) {
      if (refused.getCode() == 0) {
        throw refused;
      }
      // Bodies of errors are not typed.
      return failed("token", refused, JSON.readTree(refused.getResponseBody()).path("error").asText());
    }
    try {
      return succeeded(identity(token).getMe());
    } catch (ApiException refused) {
      if (refused.getCode() == 0) { // no answer, or not what openapi.yaml says
        return JSON.createObjectNode().put("ok", false).put("stage", "api");
      }
      HttpHeaders headers = refused.getResponseHeaders();
      String detail =
          Stream.of("WWW-Authenticate", "Retry-After")
              .flatMap(name -> headers.firstValue(name).stream())
              .findFirst()
              .orElse(null);
      return failed("api", refused, detail);
    }
  }

  /** A client of its own for the token: whatever address it makes up, it calls TOKEN_URL. */
  private static AuthenticationApi authentication() {
    URI tokenUrl = URI.create(setting("TOKEN_URL"));
    ApiClient client = new ApiClient();
    client.updateBaseUri(tokenUrl.toString());
    client.setRequestInterceptor(request -> request.uri(tokenUrl));
    return new AuthenticationApi(client);
  }

  private static IdentityApi identity(String token) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(setting("API_BASE_URL").replaceAll("/+$", "")); // it adds its own
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    return new IdentityApi(client);
  }

  private static ObjectNode succeeded(Me me) {
    ObjectNode answer = JSON.createObjectNode().put("ok", true);
    answer
        .putObject("me")
        .put("client_id", me.getClientId())
        .put("organisation_uuid", me.getOrganisationUuid().toString())
        .put("label", me.getLabel())
        .put("all_organisations", me.getAllOrganisations());
    return answer;
  }

  private static ObjectNode failed(String stage, ApiException refused, String detail) {
    return JSON.createObjectNode()
        .put("ok", false)
        .put("stage", stage)
        .put("status", refused.getCode())
        .put("detail", detail);
  }

  private static String setting(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }
}
