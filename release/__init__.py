"""What happens around a release: locks, licences, an SBOM, an audit. The SDK needs none of it."""
