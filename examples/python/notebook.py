# ruff: noqa: F704, PLE1142  # in a cell, await needs no function
"""A notebook: blocking calls, and ``await`` in a cell.

For a look at data. VS Code, PyCharm and jupytext open this file as a notebook, one cell for each
``# %%``. A notebook has a running event loop, so ``asyncio.run`` fails in it: write ``await``.
Restarting the kernel costs a token, running a cell again does not.
"""

# %%
import asyncio
import os
from getpass import getpass

from persium_ext import AsyncPersium, Persium

# %% A prompt keeps the secret out of the file, and out of the variables that an editor shows.
if "CLIENT_SECRET" not in os.environ:
    os.environ["CLIENT_SECRET"] = getpass("CLIENT_SECRET: ")
persium = Persium()

# %% One call. The last line of a cell is shown.
persium.identity.get_me()

# %% Many at once.
async with AsyncPersium() as tasks:
    found = await asyncio.gather(*(tasks.identity.get_me() for _ in range(20)))

# %% As rows of a table: pandas.DataFrame(rows)
rows = [me.to_dict() for me in found]
print(len(rows), rows[0]["label"])
