package com.example.persium;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Connects Persium.java to the conformance suite: see conformance/README.md. */
final class Subject {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

  public static void main(String[] args) throws IOException, InterruptedException {
    Persium shared = client();
    ExecutorService threads = Executors.newCachedThreadPool();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonNode command = JSON.readTree(line);
      String name = command.path("command").asText();
      if (name.equals("quit")) {
        break;
      }
      if (!name.equals("call")) {
        write(JSON.createObjectNode().put("unsupported", name));
        continue;
      }
      Persium client = command.path("client").asText().equals("new") ? client() : shared;
      for (int started = 0; started < command.path("times").asInt(1); started++) {
        threads.execute(() -> write(result(client).put("id", command.path("id").asInt())));
      }
    }
    threads.shutdown();
    threads.awaitTermination(2, TimeUnit.MINUTES);
    System.exit(0);
  }

  private static Persium client() {
    Map<String, String> env = System.getenv();
    Persium.Settings settings = new Persium.Settings(
        env.get("TOKEN_URL"), env.get("API_BASE_URL"), env.get("CLIENT_ID"), env.get("CLIENT_SECRET"));
    Persium made = new Persium(settings);
    System.err.println(settings + " " + made); // the suite searches the log for the secret
    return made;
  }

  private static ObjectNode result(Persium client) {
    ObjectNode line = JSON.createObjectNode();
    try {
      line.putPOJO("body", client.me()).put("ok", true).put("status", 200);
    } catch (PersiumException failure) {
      line.put("ok", false).put("stage", failure.stage()).put("message", failure.getMessage());
      line.put("status", failure.status().orElse(null));
    }
    return line;
  }

  private static void write(ObjectNode line) {
    OUT.println(line);
  }
}
