import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "set by --input",
  output: { path: "generated", importFileExtension: ".js" },
  logs: { file: false },
  plugins: [
    { name: "@hey-api/client-fetch", baseUrl: false },
    "@hey-api/typescript",
    "@hey-api/sdk",
  ],
});
