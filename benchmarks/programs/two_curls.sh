# The vendor's own commands: a token, and one call. The second gets its token from the environment, so
# that no program to read JSON is measured.
set -e
curl --silent --fail --cacert "$SSL_CERT_FILE" --output /dev/null --data grant_type=client_credentials \
    --data "client_id=$CLIENT_ID" --data "client_secret=$CLIENT_SECRET" "$TOKEN_URL"
curl --silent --fail --cacert "$SSL_CERT_FILE" --header "Authorization: Bearer $TOKEN" "$API_BASE_URL/me"
