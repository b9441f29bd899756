"""The seam between the document, what is generated from it, and what is written by hand."""
