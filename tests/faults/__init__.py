"""The client under every fault: the result, the number of requests, the recovery."""
