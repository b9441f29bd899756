"""Generate the package: the files of openapi-python-client, unmodified, and the facade.

``project`` does both. ``upstream`` and ``renames`` are about what openapi-python-client has read;
``method`` with ``parameter``, ``responses`` and ``paging`` is one method of the facade, whose files
come from ``templates/``.
"""
