from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """The client that a bearer token was issued to."""

    client_id: str
    """ The client that is calling. """
    organisation_uuid: UUID
    """ The organisation that the client acts for. """
    label: str
    """ A human-readable name. It may change. """
    all_organisations: bool
    """ Reserved for elevated Persium clients. Always false for a customer's client. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        client_id = self.client_id

        organisation_uuid = str(self.organisation_uuid)

        label = self.label

        all_organisations = self.all_organisations

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "client_id": client_id,
                "organisation_uuid": organisation_uuid,
                "label": label,
                "all_organisations": all_organisations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        client_id = d.pop("client_id")

        organisation_uuid = UUID(d.pop("organisation_uuid"))

        label = d.pop("label")

        all_organisations = d.pop("all_organisations")

        me = cls(
            client_id=client_id,
            organisation_uuid=organisation_uuid,
            label=label,
            all_organisations=all_organisations,
        )

        me.additional_properties = d
        return me

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
