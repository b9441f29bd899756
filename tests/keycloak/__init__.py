"""A real Keycloak for tests and for a developer's desk; `make keycloak-test` runs what is here."""
