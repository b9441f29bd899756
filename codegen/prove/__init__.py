"""Proves the written package: each operation is called, and the calls are as the document says.

    run          starts the worker, and turns what it finds into a ``DocumentError``
    worker       the process in which the package is imported: every operation, sync and async
    operations   pairs samples of requests with samples of responses
    requests     parameters and body of a call, and the request that is right   bodies, styles
    responses    every status and media type, and what has to be decoded        read, to_dict
    spoilt       wrong values, which must be errors
    samples      JSON values of a schema                                        schemas, fit
    arguments    Python values of JSON values, by the package's annotations     build, facade
    annotated    whether arguments and results have the types of annotations
    twins        whether asynchronous methods, and those with responses, are declared alike
    wire         the clients, with a transport that records; no sockets

Nothing here uses upstream's parser or serialisers, nor the lowered document.
"""

from codegen.prove.run import verify

__all__ = ["verify"]
