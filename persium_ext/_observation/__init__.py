"""How a program learns what its client does: by the log, and by hooks.

Neither can make a call fail. ``persium_ext.hooks`` has the hooks themselves; ``_calls`` and
``_tokens`` say what is observed there.
"""
