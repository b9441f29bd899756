package subject;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientResponseException;

/** Runs Spring Security's OAuth2AuthorizedClientManager with a RestClient in the conformance suite. */
final class SpringSecurity {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);
  private static final String ME = System.getenv("API_BASE_URL").replaceAll("/+$", "") + "/me";

  private static RestClient connect() {
    var registration = ClientRegistration.withRegistrationId("persium")
        .tokenUri(System.getenv("TOKEN_URL"))
        .clientId(System.getenv("CLIENT_ID"))
        .clientSecret(System.getenv("CLIENT_SECRET"))
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .build();
    var registrations = new InMemoryClientRegistrationRepository(registration);
    var authorized = new InMemoryOAuth2AuthorizedClientService(registrations);
    var manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, authorized);
    manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
        .clientCredentials(grant -> grant.clockSkew(Duration.ofSeconds(30)))
        .build());
    var interceptor = new OAuth2ClientHttpRequestInterceptor(manager);
    interceptor.setClientRegistrationIdResolver(request -> "persium");
    interceptor.setAuthorizationFailureHandler(
        OAuth2ClientHttpRequestInterceptor.authorizationFailureHandler(authorized));
    return RestClient.builder().requestInterceptor(interceptor).build();
  }

  private static ObjectNode result(RestClient client) {
    ObjectNode line = JSON.createObjectNode();
    try {
      ResponseEntity<String> response = client.get().uri(ME).retrieve().toEntity(String.class);
      JsonNode body = JSON.readTree(response.getBody());
      line.put("ok", true).put("status", response.getStatusCode().value()).set("body", body);
    } catch (OAuth2AuthorizationException failure) {
      line.put("ok", false).put("stage", "token").putNull("status").put("message", failure.getMessage());
    } catch (RestClientResponseException failure) {
      line.put("ok", false).put("stage", "api").put("status", failure.getStatusCode().value());
      line.put("message", failure.getMessage());
    } catch (IOException | RuntimeException failure) {
      line.put("ok", false).put("stage", "api").putNull("status").put("message", failure.getMessage());
    }
    return line;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    RestClient shared = connect();
    ExecutorService threads = Executors.newCachedThreadPool();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonNode command = JSON.readTree(line);
      String name = command.path("command").asText();
      if (name.equals("quit")) {
        break;
      }
      if (!name.equals("call")) {
        OUT.println(JSON.createObjectNode().put("unsupported", name));
        continue;
      }
      RestClient client = command.path("client").asText().equals("new") ? connect() : shared;
      for (int started = 0; started < command.path("times").asInt(1); started++) {
        threads.execute(() -> OUT.println(result(client).put("id", command.path("id").asInt())));
      }
    }
    threads.shutdown();
    threads.awaitTermination(2, TimeUnit.MINUTES);
    System.exit(0);
  }
}
