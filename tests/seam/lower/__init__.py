"""Lowering: values in, values out."""
