"""What happens around a release: locks, licences, the SBOM, the audit, the workflows."""
