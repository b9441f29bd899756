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
 * Calls the Persium API and complies with its token policy (TP-1 to TP-10 in openapi.yaml). Threads may share a client,
 * and clients are cheap: those with the same credentials share a token (TP-1). To use it, copy this file,
 * PersiumException and the models into a service.
 */
public final class Persium {
  private static final long MARGIN_MS = 30_000; // TP-2
  private static final long TIMEOUT_SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** By default it follows no redirects, so that secret and token are not sent to another origin (TP-9). */
  private static final HttpClient WEB = HttpClient.newHttpClient();

  /** The four values that Persium provides. */
  public record Settings(String tokenUrl, String apiBaseUrl, String clientId, String clientSecret) {
    public Settings {
      URI.create(tokenUrl);
      URI.create(apiBaseUrl);
      if (tokenUrl.isBlank() || apiBaseUrl.isBlank() || clientId.isBlank() || clientSecret.isEmpty()) {
        throw new IllegalArgumentException("all four settings are required");
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

  /** Returns the calling client. */
  public Me me() {
    return get("/me", Me.class);
  }

  /** Sends a request, and repeats it once with a new token after a 401 (TP-5, TP-6). */
  private <T> T get(String path, Class<T> type) {
    List<String> challenges = new ArrayList<>();
    while (true) {
      Token token = tokens.get();
      HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + path))
          .header("Accept", "application/json").header("Authorization", "Bearer " + token.value).build();
      HttpResponse<String> response = await(send("api", request));
      if (response.statusCode() == 200) {
        return parsed(response, type, "api");
      }
      if (response.statusCode() != 401) {
        throw failure("api", response, path + ": HTTP " + response.statusCode());
      }
      tokens.invalidate(token);
      String challenge = response.headers().firstValue("WWW-Authenticate").orElse("no challenge");
      challenges.add(challenge.replace(token.value, "***"));
      if (challenges.size() == 2) {
        throw failure("api", response, path + ": HTTP 401 twice, also with a new token: " + challenges);
      }
    }
  }

  /** Opaque (TP-10): the expiry follows from expires_in and the time of the request. */
  private static final class Token {
    final String value;
    final long lifetimeMs;
    final Instant sent;

    Token(String value, long lifetimeMs, Instant sent) {
      this.value = value;
      this.lifetimeMs = lifetimeMs;
      this.sent = sent;
    }

    boolean isFresh() {
      return lifetimeMs - sent.age() >= MARGIN_MS;
    }
  }

  /** Two clocks, in milliseconds: the steady one may stop while a machine sleeps, and the other may be set. */
  private record Instant(long wall, long steady) {
    static Instant now() {
      return new Instant(System.currentTimeMillis(), System.nanoTime() / 1_000_000);
    }

    long age() {
      Instant now = now();
      return Math.max(now.wall - wall, now.steady - steady);
    }
  }

  /** Caches one token, and sends one token request at a time (TP-4). */
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

    /** The lock is not held during a request; an interrupted caller does not affect the others. */
    Token get() {
      CompletableFuture<Token> awaited;
      synchronized (this) {
        if (current != null && current.isFresh()) {
          return current;
        }
        if (flight == null || flight.isDone()) {
          flight = request().thenApply(this::store);
        }
        awaited = flight;
      }
      return await(awaited);
    }

    private synchronized Token store(Token token) {
      if (token.isFresh()) {
        current = token;
      }
      return token;
    }

    /** Drops a rejected token, unless a newer one is cached (TP-5). */
    synchronized void invalidate(Token rejected) {
      if (current == rejected) {
        current = null;
      }
    }

    /** Sends one token request: a 400 or 401 is final (TP-7). */
    private CompletableFuture<Token> request() {
      Instant sent = Instant.now();
      HttpRequest request = HttpRequest.newBuilder(URI.create(settings.tokenUrl()))
          .header("Accept", "application/json").header("Content-Type", "application/x-www-form-urlencoded")
          .POST(BodyPublishers.ofString(form())).build();
      return send("token", request).thenApply(response -> token(response, sent));
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

    /** Returns a token; one with less than 30 s is used by the waiting calls only (TP-3). */
    private Token token(HttpResponse<String> response, Instant sent) {
      if (response.statusCode() != 200) {
        throw failure("token", response, "token endpoint: HTTP " + response.statusCode() + errorCode(response));
      }
      TokenResponse issued = parsed(response, TokenResponse.class, "token");
      if (!Objects.requireNonNullElse(issued.getAccessToken(), "").matches("[\\x21-\\x7e]+")
          || !"Bearer".equalsIgnoreCase(issued.getTokenType()) || issued.getExpiresIn() == null) {
        throw new PersiumException("token", null, null, "token endpoint: no usable token in the response");
      }
      Token token = new Token(issued.getAccessToken(), issued.getExpiresIn() * 1000L, sent);
      if (!token.isFresh()) {
        warn(issued.getExpiresIn());
      }
      return token;
    }

    private synchronized void warn(int seconds) {
      if (!warned) {
        warned = true;
        System.getLogger(Persium.class.getName()).log(System.Logger.Level.WARNING,
            "token lifetime ({0} s) is below 30 s: every call requests a token", seconds);
      }
    }
  }

  private static CompletableFuture<HttpResponse<String>> send(String stage, HttpRequest request) {
    return WEB.sendAsync(request, BodyHandlers.ofString())
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .exceptionally(failure -> {
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          String name = cause.getClass().getSimpleName(); // its message may quote the server
          throw new PersiumException(stage, null, null, "no response from the " + stage + " endpoint: " + name);
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

  private static <T> T parsed(HttpResponse<String> response, Class<T> type, String stage) {
    try {
      return Objects.requireNonNull(JSON.readValue(response.body(), type));
    } catch (JsonProcessingException | NullPointerException invalid) { // its message quotes the text
      Integer status = stage.equals("api") ? (Integer) 200 : null;
      throw new PersiumException(stage, status, null, "the response of the " + stage + " endpoint does not match openapi.yaml");
    }
  }

  private static String errorCode(HttpResponse<String> response) {
    try {
      String code = JSON.readValue(response.body(), TokenErrorResponse.class).getError();
      return code.matches("[a-z_]{1,40}") ? ": " + code : "";
    } catch (JsonProcessingException | NullPointerException invalid) {
      return "";
    }
  }

  private static PersiumException failure(String stage, HttpResponse<String> response, String message) {
    return new PersiumException(
        stage, response.statusCode(), response.headers().firstValue("Retry-After").orElse(null), message);
  }
}
