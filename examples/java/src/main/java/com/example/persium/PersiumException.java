package com.example.persium;

import java.util.Optional;

/** Says what failed. Nothing was tried again after a 429 or 503 (TP-8). */
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

  /** "token" or "api": getting a token, or the call itself. */
  public String stage() {
    return stage;
  }

  /** The last HTTP status of that stage; empty: there was no usable answer. */
  public Optional<Integer> status() {
    return Optional.ofNullable(status);
  }

  /** The server's Retry-After, as it came: seconds or a date. */
  public Optional<String> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
