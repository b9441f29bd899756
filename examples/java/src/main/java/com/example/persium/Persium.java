package com.example.persium;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.example.persium.model.Me;
import com.example.persium.model.TokenErrorResponse;
import com.example.persium.model.TokenResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Calls the Persium API and keeps its token policy (TP-1 to TP-10 in openapi.yaml). Threads may share a client, and
 * clients are cheap: those with the same credentials share a token (TP-1). To use it, copy this file, PersiumException
 * and the models into a service.
 */
public final class Persium {
  private static final long MARGIN_MS = 30_000; // TP-2
  private static final long TIMEOUT_SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Follows no redirects, its default: neither secret nor token goes elsewhere (TP-9). */
  private static final HttpClient WEB = HttpClient.newHttpClient();

  /** What Persium gave you. */
  public record Settings(String tokenUrl, String apiBaseUrl, String clientId, String clientSecret) {
    public Settings {
      URI.create(tokenUrl);
      URI.create(apiBaseUrl);
      if (tokenUrl.isBlank() || apiBaseUrl.isBlank() || clientId.isBlank() || clientSecret.isEmpty()) {
        throw new IllegalArgumentException("each setting is needed");
      }
    }

    @Override
    public String toString() {
      return "Settings[" + clientId + " at " + apiBaseUrl + "]";
    }
  }

  private final String baseUrl;
  private final TokenSource tokens;

  public Persium(Settings settings) {
    baseUrl = settings.apiBaseUrl().replaceAll("/+$", "");
    tokens = TokenSource.of(settings);
  }

  /** Who is calling. */
  public Me me() {
    return get("/me", Me.class);
  }

  /** Calls once, and once more with a new token after a 401 (TP-5, TP-6). */
  private <T> T get(String path, Class<T> type) {
    List<String> challenges = new ArrayList<>();
    while (true) {
      Token token = tokens.get();
      HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + path))
          .header("Accept", "application/json").header("Authorization", "Bearer " + token.value).build();
      HttpResponse<String> answer = await(send("api", request));
      if (answer.statusCode() == 200) {
        return parsed(answer, type, "api");
      }
      if (answer.statusCode() != 401) {
        throw refusal("api", answer, path + " answered " + answer.statusCode());
      }
      tokens.forget(token);
      String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("no challenge");
      challenges.add(challenge.replace(token.value, "***"));
      if (challenges.size() == 2) {
        throw refusal("api", answer, path + " answered 401 twice, with a new token too: " + challenges);
      }
    }
  }

  /** Opaque (TP-10): its life comes from expires_in and from when it was asked for. */
  private static final class Token {
    final String value;
    final long lifeMs;
    final Moment sent;

    Token(String value, long lifeMs, Moment sent) {
      this.value = value;
      this.lifeMs = lifeMs;
      this.sent = sent;
    }

    boolean usable() {
      return lifeMs - sent.age() >= MARGIN_MS;
    }
  }

  /** Two clocks, in milliseconds: the steady one may stand still while a machine sleeps, the other may be set. */
  private record Moment(long wall, long steady) {
    static Moment now() {
      return new Moment(System.currentTimeMillis(), System.nanoTime() / 1_000_000);
    }

    long age() {
      Moment now = now();
      return Math.max(now.wall - wall, now.steady - steady);
    }
  }

  /** Keeps one token, and asks for one at a time (TP-4). */
  private static final class TokenSource {
    private static final Map<List<String>, TokenSource> ALL = new ConcurrentHashMap<>();

    private final Settings settings;
    private Token current;
    private CompletableFuture<Token> flight;
    private boolean warned;

    private TokenSource(Settings settings) {
      this.settings = settings;
    }

    static TokenSource of(Settings settings) {
      List<String> credentials = List.of(settings.tokenUrl(), settings.clientId(), settings.clientSecret());
      return ALL.computeIfAbsent(credentials, key -> new TokenSource(settings));
    }

    /** The lock is held for moments, never during a request; a caller that is interrupted fails alone. */
    Token get() {
      CompletableFuture<Token> awaited;
      synchronized (this) {
        if (current != null && current.usable()) {
          return current;
        }
        if (flight == null || flight.isDone()) {
          flight = request().thenApply(this::keep);
        }
        awaited = flight;
      }
      return await(awaited);
    }

    private synchronized Token keep(Token token) {
      if (token.usable()) {
        current = token;
      }
      return token;
    }

    /** Drops the refused token, unless a newer one has taken its place (TP-5). */
    synchronized void forget(Token refused) {
      if (current == refused) {
        current = null;
      }
    }

    /** Asks once: a refusal is final (TP-7). */
    private CompletableFuture<Token> request() {
      Moment sent = Moment.now();
      HttpRequest request = HttpRequest.newBuilder(URI.create(settings.tokenUrl()))
          .header("Accept", "application/json").header("Content-Type", "application/x-www-form-urlencoded")
          .POST(BodyPublishers.ofString(form())).build();
      return send("token", request).thenApply(answer -> token(answer, sent));
    }

    private String form() {
      return Map.of(
              "grant_type", "client_credentials",
              "client_id", settings.clientId(),
              "client_secret", settings.clientSecret())
          .entrySet().stream()
          .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
          .collect(Collectors.joining("&"));
    }

    /** A token too short to keep serves those who wait for it (TP-3). */
    private Token token(HttpResponse<String> answer, Moment sent) {
      if (answer.statusCode() != 200) {
        throw refusal("token", answer, "the token endpoint answered " + answer.statusCode() + errorCode(answer));
      }
      TokenResponse issued = parsed(answer, TokenResponse.class, "token");
      if (!Objects.requireNonNullElse(issued.getAccessToken(), "").matches("[\\x21-\\x7e]+")
          || !"Bearer".equalsIgnoreCase(issued.getTokenType()) || issued.getExpiresIn() == null) {
        throw new PersiumException("token", null, null, "the token endpoint answered no usable token");
      }
      Token token = new Token(issued.getAccessToken(), issued.getExpiresIn() * 1000L, sent);
      if (!token.usable()) {
        warn(issued.getExpiresIn());
      }
      return token;
    }

    private synchronized void warn(int seconds) {
      if (!warned) {
        warned = true;
        System.getLogger(Persium.class.getName()).log(System.Logger.Level.WARNING,
            "tokens live {0} s, less than 30 s: every call costs one", seconds);
      }
    }
  }

  private static CompletableFuture<HttpResponse<String>> send(String stage, HttpRequest request) {
    return WEB.sendAsync(request, BodyHandlers.ofString())
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .exceptionally(failure -> {
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          String name = cause.getClass().getSimpleName(); // its message may quote what a server wrote
          throw new PersiumException(stage, null, null, "no answer from the " + stage + " endpoint: " + name);
        });
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      throw (PersiumException) failure.getCause();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PersiumException("api", null, null, "interrupted");
    }
  }

  private static <T> T parsed(HttpResponse<String> answer, Class<T> type, String stage) {
    try {
      return Objects.requireNonNull(JSON.readValue(answer.body(), type));
    } catch (JsonProcessingException | NullPointerException unreadable) { // its message quotes the text
      Integer status = stage.equals("api") ? (Integer) 200 : null;
      throw new PersiumException(stage, status, null, "the " + stage + " endpoint answered what openapi.yaml does not say");
    }
  }

  private static String errorCode(HttpResponse<String> answer) {
    try {
      String code = JSON.readValue(answer.body(), TokenErrorResponse.class).getError();
      return code.matches("[a-z_]{1,40}") ? ": " + code : "";
    } catch (JsonProcessingException | NullPointerException unreadable) {
      return "";
    }
  }

  private static PersiumException refusal(String stage, HttpResponse<String> answer, String message) {
    return new PersiumException(
        stage, answer.statusCode(), answer.headers().firstValue("Retry-After").orElse(null), message);
  }
}
