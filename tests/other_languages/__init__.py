"""Tests of the runner that lets other generators make clients."""
