"""The models of the API, and what stands in them: ``from persium_ext import models``.

>>> from persium_ext import models
>>> models.Me.from_dict({...}).label  # doctest: +SKIP

``from_dict`` reads JSON as a call does: of other JSON than openapi.yaml describes, it raises a
ValueError that names the member. Beside the models there are ``UNSET``, the value of an optional
member that is absent (it is false, and differs from None, which is sent as ``null``), ``Unset``,
its type, and ``File``, which holds the bytes of an upload or a download. For type checkers each
model of a request has a ``TypedDict`` of its name and ``Dict``: a dict may stand for the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from persium_api import models as _models
from persium_api.facade import _dicts, _schemas
from persium_api.facade import amendments as _amendments  # the models are complete with them
from persium_api.facade._dicts import *  # noqa: F403  # their dicts
from persium_api.facade._schema import Model
from persium_api.models import *  # noqa: F403  # every model of the document
from persium_api.types import UNSET as UNSET  # noqa: PLC0414  # exported
from persium_api.types import File as File  # noqa: PLC0414  # exported
from persium_api.types import Unset as Unset  # noqa: PLC0414  # exported

from ._calls.decode import read
from ._calls.scalars import MismatchError

_names: tuple[str, ...] = vars(_models).get("__all__", ())  # a document may have no models

# Hidden from type checkers, as in errors.
globals()["__all__"] = ["UNSET", "File", "Unset", *_names, *_dicts.__all__, *_amendments.__all__]


def _reader(schema: Model) -> Any:  # noqa: ANN401  # a class method
    def from_dict(_: type, src_dict: Mapping[str, Any]) -> object:
        """Return the model of *src_dict*, which is JSON.

        Raises:
            ValueError: It is not what openapi.yaml describes; the text names the member.
        """
        try:
            return read(dict(src_dict), schema)
        except MismatchError as error:
            problem = f"{schema.model.__name__}: {error}"
        raise ValueError(problem)

    return classmethod(cast("Any", from_dict))


for _schema in _schemas.by_class.values():
    setattr(_schema.model, "from_dict", _reader(_schema))  # noqa: B010  # of a class of any model
