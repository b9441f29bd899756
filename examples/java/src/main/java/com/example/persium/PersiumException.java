package com.example.persium;

import java.util.Optional;

/** A call failed. There is no retry after a 429 or 503 (TP-8). */
public final class PersiumException extends RuntimeException {
  private final String stage;
  private final Integer status;
  private final String retryAfter;

  PersiumException(String stage, Integer status, String retryAfter, String message) {
    super(message);
    this.stage = stage;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The endpoint that failed: "token" or "api". */
  public String stage() {
    return stage;
  }

  /** The last HTTP status of that endpoint; empty: no usable response. */
  public Optional<Integer> status() {
    return Optional.ofNullable(status);
  }

  /** The server's header field Retry-After, unchanged: seconds or a date. */
  public Optional<String> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
