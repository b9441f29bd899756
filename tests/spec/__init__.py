"""The spec as a product: files, overlay, workflow, page, breaking changes."""
