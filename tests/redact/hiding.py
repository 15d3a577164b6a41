"""Makes records of any type of the catalogue with secrets wherever a text may stand, and knows every secret it hid."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

from scanner.cel.types import GraphType, Property, service_types
from scanner.redact.decisions import Treatment
from scanner.redact.records import decisions_of

DEPTH = 4
_FIXED = {Treatment.KEEP, Treatment.KIND, Treatment.MICROSOFT_ID}
_LETTERS = "aeiouäöüßnñ"


class Hider:
    """Makes records; ``hidden`` has the secrets, in lower case."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._types = service_types()
        self._decided = decisions_of(self._types)
        self.hidden: set[str] = set()

    def record(self, type_name: str) -> dict[str, Any]:
        """A record with every property of its type, and some that it has not."""
        made = self._object(self._types[type_name], type_name, DEPTH)
        made["id"] = self.guid()
        made[self.word()] = {
            self.word(): [self.text(), 31612345678, {self.word(): self.text()}],
            "displayName": self.text(),
        }
        made[f"extension_{uuid.UUID(self.guid()).hex}_{self.word()}"] = self.text()
        made["displayName@odata.context"] = f"https://graph.microsoft.com/v1.0/$metadata#users('{self.guid()}')"
        return made

    def word(self) -> str:
        """A secret: vowels, which no pseudonym has, and a place in ``hidden``."""
        word = "".join(self._chance.choices(_LETTERS, k=9))
        self.hidden.add(word.lower())
        return self._chance.choice((word, word.title(), word.upper() if "ß" not in word else word))

    def guid(self) -> str:
        """A secret id."""
        guid = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.hidden.add(guid)
        return guid if self._chance.random() < 0.8 else guid.upper()

    def domain(self) -> str:
        """A secret domain."""
        return f"{self.word()}.{self.word()}.com"

    def address(self) -> str:
        """A secret network: so many numbers that none comes by chance."""
        address = ".".join(str(self._chance.randrange(101, 240)) for _ in range(4))
        self.hidden.add(address)
        return f"{address}/{self._chance.randrange(9, 33)}" if self._chance.random() < 0.5 else address

    def text(self) -> str:
        """Secrets in one of the forms that a tenant's texts have."""
        forms: tuple[Callable[[], str], ...] = (
            self.word,
            self.guid,
            self.domain,
            self.address,
            lambda: f"{self.word()} {self.word()}",
            lambda: f"{self.word()}@{self.domain()}",
            lambda: f"SMTP:{self.word()}.{self.word()}@{self.word()}.onmicrosoft.com",
            lambda: f"{self.word()}_{self.domain()}#EXT#@{self.word()}.onmicrosoft.com",
            lambda: f"X500:/o={self.word()}/ou={self.word()}/cn={self.word()}",
            lambda: f"CN={self.word()},OU={self.word()},DC={self.word()},DC=local",
            lambda: (
                f"https://{self.word()}:{self.word()}@{self.domain()}:8443/{self.word()}/{self.guid()}?{self.word()}"
            ),
            lambda: f"{self.word()}://{self.word()}/{self.word()}#{self.word()}",
            lambda: f"https://{self.word()}.azurewebsites.net/{self.word()}",
            lambda: f"urn:{self.word()}:{self.word()}",
            lambda: f"api://{self.guid()}/{self.word()}",
            lambda: f"DirectoryRole_{self.guid()}_{self.guid()}",
            lambda: f"/subscriptions/{self.guid()}/resourceGroups/{self.word()}/providers/Microsoft.X/y/{self.word()}",
            lambda: f"/administrativeUnits/{self.guid()}",
            lambda: f"Call {self.word()} at {self.word()}@{self.domain()} about {self.guid()}",
            lambda: f"<script>{self.word()}</script>\n{self.word()}",
        )
        return self._chance.choice(forms)()

    def _object(self, one: GraphType, type_name: str, depth: int) -> dict[str, Any]:
        return {prop.key or prop.name: self._property(type_name, prop, depth) for prop in one.properties}

    def _property(self, type_name: str, prop: Property, depth: int) -> Any:
        if self._chance.random() < 0.05 and self._decided.get(f"{type_name}.{prop.name}") not in _FIXED:
            # Not of its type: a secret where a number belongs, a list where a text does.
            return self._chance.choice((self.text(), [self.text()], {self.word(): self.text()}))
        if prop.many:
            return [self._single(type_name, prop, depth) for _ in range(2)]
        return self._single(type_name, prop, depth)

    def _single(self, type_name: str, prop: Property, depth: int) -> Any:
        treatment = self._decided.get(f"{type_name}.{prop.name}")
        if treatment is not None:
            return self._decided_text(treatment)
        if prop.is_record:
            return self._object(self._types[prop.type], prop.type, depth - 1) if depth else None
        if prop.values:
            return self._chance.choice((*prop.values, self.text()))
        plain = {"boolean": True, "integer": 7, "number": 0.5, "timestamp": "2026-01-31T08:00:00Z", "duration": "P15D"}
        return plain.get(prop.type) or (self.text() if prop.type != "any" else {self.word(): [self.text(), {}]})

    def _decided_text(self, treatment: Treatment) -> str:
        if treatment is Treatment.MICROSOFT_ID:
            return self._chance.choice(("06ebc4ee-1bb5-47dd-8120-11324bc54e06", self.word()))
        if treatment in _FIXED:
            return self._chance.choice(
                ("Enabled", f"{self.word()}@{self.domain()}", self.guid(), f"{self.word()} {self.word()}")
            )
        if treatment is Treatment.RULE:
            value, name = self.text().replace('"', ""), self.word().translate({223: "s"})
            return f'(user.{name} -eq "{value}") or (user.department -in ["{self.word()}"]) # {self.word()}'
        if treatment is Treatment.GRANT_POLICY:
            return f"ManagePermissionGrantsForSelf.{self.word()}"
        return self.text()
