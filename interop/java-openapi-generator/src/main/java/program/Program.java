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

/** Calls GET /me: the smallest client that uses the generated code. */
public final class Program {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Program() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println(JSON.writeValueAsString(getMe()));
  }

  private static ObjectNode getMe() throws Exception {
    String token;
    try {
      token =
          authentication()
              .requestToken(
                  "client_credentials", setting("CLIENT_ID"), setting("CLIENT_SECRET"), null)
              .getAccessToken();
    } catch (ApiException failure) {
      if (failure.getCode() == 0) {
        throw failure;
      }
      // The generated code does not parse error bodies.
      return failed("token", failure, JSON.readTree(failure.getResponseBody()).path("error").asText());
    }
    try {
      return succeeded(identity(token).getMe());
    } catch (ApiException failure) {
      if (failure.getCode() == 0) { // no response, or not as in openapi.yaml
        return JSON.createObjectNode().put("ok", false).put("stage", "api");
      }
      HttpHeaders headers = failure.getResponseHeaders();
      String detail =
          Stream.of("WWW-Authenticate", "Retry-After")
              .flatMap(name -> headers.firstValue(name).stream())
              .findFirst()
              .orElse(null);
      return failed("api", failure, detail);
    }
  }

  /** A separate client for the token endpoint, which sends every request to TOKEN_URL. */
  private static AuthenticationApi authentication() {
    URI tokenUrl = URI.create(setting("TOKEN_URL"));
    ApiClient client = new ApiClient();
    client.updateBaseUri(tokenUrl.toString());
    client.setRequestInterceptor(request -> request.uri(tokenUrl));
    return new AuthenticationApi(client);
  }

  private static IdentityApi identity(String token) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(setting("API_BASE_URL").replaceAll("/+$", "")); // the generated code adds a slash
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    return new IdentityApi(client);
  }

  private static ObjectNode succeeded(Me me) {
    ObjectNode result = JSON.createObjectNode().put("ok", true);
    result
        .putObject("me")
        .put("client_id", me.getClientId())
        .put("organisation_uuid", me.getOrganisationUuid().toString())
        .put("label", me.getLabel())
        .put("all_organisations", me.getAllOrganisations());
    return result;
  }

  private static ObjectNode failed(String stage, ApiException failure, String detail) {
    return JSON.createObjectNode()
        .put("ok", false)
        .put("stage", stage)
        .put("status", failure.getCode())
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
