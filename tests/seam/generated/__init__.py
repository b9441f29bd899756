"""Packages that codegen wrote: they are imported, type-checked, called and attacked."""
