"""Tests of the clients that other generators make, and of their runner."""
