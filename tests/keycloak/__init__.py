"""A real Keycloak, for tests and for local development; `make keycloak-test` runs these tests."""
