"""What ``Persium`` and ``AsyncPersium`` have in common: options, copies, pickling, ``repr``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from inspect import getattr_static
from typing import Any, Generic, Protocol, Self, TypeVar

from attrs import evolve
from persium_api import AuthenticatedClient
from persium_api.types import UNSET, Unset

from persium_ext._calls.async_executor import AsyncExecutor
from persium_ext._calls.executor import Executor
from persium_ext._calls.options import changed
from persium_ext._retry.policy import RetryPolicy

from .config import ClientConfig
from .generated import client_for

AnyExecutor = TypeVar("AnyExecutor", Executor, AsyncExecutor)


class Front(Generic[AnyExecutor]):
    """A client: its configuration, and the executor that was built from it."""

    _executor: AnyExecutor
    _config: ClientConfig
    _http_client: Any
    _owns_connections: bool

    def with_options(
        self,
        *,
        timeout: float | Unset | None = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        max_response_size: int | Unset | None = UNSET,
        idempotency_key: str | Unset | None = UNSET,
    ) -> Self:
        """Return a copy with other options; it shares connections and token with this client.

        *headers* are added to those of this client, which itself never changes. Closing the copy
        has no effect. Attributes of a subclass are copied. *idempotency_key* is sent as
        ``Idempotency-Key`` by methods that are not safe, such as POST, so that a retry is
        harmless; use a copy with a key for one call. Operations that document this header field
        have a new key for each call by default.

        Raises:
            SettingsError: Names every option that is wrong.
        """
        options = changed(
            self._executor.options,
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            headers=headers,
            max_response_size=max_response_size,
            idempotency_key=idempotency_key,
        )
        copy = object.__new__(type(self))
        vars(copy).update(self._added())
        copy._config, copy._http_client = self._config, self._http_client
        copy._executor, copy._owns_connections = evolve(self._executor, options=options), False
        return copy

    @cached_property
    def generated(self) -> AuthenticatedClient:
        """For the generator's own functions: ``get_me.sync_detailed(client=persium.generated)``.

        Their calls share the token of this client, its 401 rule, retries and errors.
        """
        return client_for(self._executor)

    def __repr__(self) -> str:
        executor = getattr(self, "_executor", None)  # a traceback may show a failed constructor
        place = executor.options.base_url if executor else "not built"
        return f"{type(self).__name__}(api_base_url={place!r})"

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        return self.with_options()

    def __reduce__(self) -> tuple[object, ...]:
        config = evolve(self._config, options=self._executor.options)
        return (rebuild, (type(self), config.portable(self._http_client)), self._added() or None)

    def _added(self) -> dict[str, Any]:
        """Return the attributes that a subclass set.

        The namespaces and the like, which descriptors made for this client, are left out.
        """
        kinds = {name: getattr_static(type(self), name, None) for name in vars(self)}
        made = {n for n, kind in kinds.items() if hasattr(kind, "__get__") and not callable(kind)}
        ours = made | Front.__annotations__.keys()
        return {name: value for name, value in vars(self).items() if name not in ours}


class Buildable(Protocol):
    """A client that is built from a configuration."""

    def _build(self, config: ClientConfig) -> None: ...


B = TypeVar("B", bound=Buildable)


def rebuild(kind: type[B], config: ClientConfig) -> B:
    """Build a client in the process that unpickles it."""
    client = object.__new__(kind)
    client._build(config)  # pyright: ignore[reportPrivateUsage]  # its one use
    return client
