"""The clients that are measured: ``connect`` for threads, ``connect_async`` for tasks.

One module for each. Both functions take a site and return a function that gets ``/me`` with a
bearer token, decodes its JSON and makes a typed model of it. What a client needs for that is made
once, before that function is called.
"""
