"""The settings of one process: the only reader of the environment.

Every one has a working default, so that nothing needs configuring; docs/settings.md lists them all.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from coach.errors import BadInput

Language = Literal["fr", "en"]


class Settings(BaseModel):
    """What can be set, from outside, for one process. Field names in capitals after ``COACH_`` are the variables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Annotated[Path, Field(description="Folder of the local database and files.")] = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("coach", appauthor=False))
    )
    database_url: Annotated[str, Field(description="SQLAlchemy address; empty means SQLite in the home folder.")] = ""
    host: Annotated[str, Field(description="Address the server listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")] = 8321
    allowed_hosts: Annotated[str, Field(description="Host names served besides this machine's own, by commas.")] = ""
    rate_limit: Annotated[
        str, Field(description="POST, PUT and PATCH calls per client address, as '60/minute'; empty: none.")
    ] = ""
    language: Annotated[Language, Field(description="Language when a request states none.")] = "en"
    time_zone: Annotated[str, Field(description="Whose day 'today' is, as 'Europe/Paris'; empty: the machine's.")] = ""
    model: Annotated[str, Field(description="Models to try in order, by commas, as LiteLLM names them.")] = ""
    model_budget: Annotated[int, Field(ge=0, description="Tokens a workspace may spend a day; 0: no limit.")] = 0

    secret_key: Annotated[
        SecretStr, Field(description="Keys that seal CRM credentials, by commas, the first one seals; empty: a file.")
    ] = SecretStr("")
    sync_every: Annotated[int, Field(ge=0, le=10_080, description="Minutes between two readings; 0: by hand only.")] = (
        60
    )
    jobs: Annotated[
        Literal["here", "apart"], Field(description="Whether the server does jobs itself or leaves them to workers.")
    ] = "here"

    public_url: Annotated[
        str, Field(description="Address people and CRMs reach coach at, as 'https://coach.example'; empty: none.")
    ] = ""
    smtp_host: Annotated[str, Field(description="Mail server that reminders leave by; empty: no mail.")] = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535, description="Its port.")] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], Field(description="How the connection to it is protected.")
    ] = "starttls"
    smtp_user: Annotated[str, Field(description="Who signs in to it; empty: nobody.")] = ""
    smtp_password: Annotated[SecretStr, Field(description="Their password.")] = SecretStr("")
    smtp_sender: Annotated[str, Field(description="Address mails come from.")] = ""
    webhook_hosts: Annotated[
        str, Field(description="Hosts that webhooks may lead to besides Slack's and Microsoft's, by commas.")
    ] = ""

    sandbox: Annotated[
        str, Field(description="Fake CRMs of this machine, as 'hubspot=http://127.0.0.1:8402', by commas; empty: none.")
    ] = ""

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, address: str) -> str:
        if address and not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?(/[\w./-]*)?", address, re.IGNORECASE):
            raise ValueError("no address; give one as 'https://coach.example'")
        return address.rstrip("/")

    @field_validator("sandbox")
    @classmethod
    def _pairs(cls, pairs: str) -> str:
        for pair in filter(None, pairs.split(",")):
            if not re.fullmatch(r"\s*[a-z_]+=http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?\s*", pair):
                raise ValueError("a sandbox is one of this machine; give it as 'hubspot=http://127.0.0.1:8402'")
        return pairs

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return str(ZoneInfo(name)) if name else ""
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no such time zone; give one as 'Europe/Paris'") from None

    @field_validator("rate_limit")
    @classmethod
    def _a_rate(cls, rate: str) -> str:
        if rate and not re.fullmatch(r"[1-9]\d{0,8}\s*(/|per)\s*([1-9]\d{0,4}\s*)?(second|minute|hour|day)s?", rate):
            raise ValueError("not a rate; give one as '60/minute'")
        return rate

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings of this process; a value that cannot work raises BadInput, naming its variable."""
        environ = os.environ if environ is None else environ
        given = {name: environ[variable(name)] for name in cls.model_fields if environ.get(variable(name))}
        given.setdefault("language", _language_of(environ))
        try:
            return cls.model_validate(given)
        except ValidationError as wrong:
            name, problem = variable(str(wrong.errors()[0]["loc"][0])), wrong.errors()[0]["msg"]
            problem = problem.removeprefix("Value error, ")
            raise BadInput(f"{name}: {problem}.", remedy=f"See {name} in docs/settings.md.", reason="setting") from None

    @property
    def database(self) -> str:
        """The address SQLAlchemy gets: SQLite in the home folder unless one is set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'coach.db'}"

    @property
    def models(self) -> tuple[str, ...]:
        """The models set by ``model``, in the order they are tried; none means the built-in words."""
        return tuple(dict.fromkeys(name.strip() for name in self.model.split(",") if name.strip()))

    @property
    def sandboxes(self) -> dict[str, str]:
        """The address of each connector's fake, by its name."""
        pairs = (pair.strip().partition("=") for pair in self.sandbox.split(",") if pair.strip())
        return {name: address for name, _, address in pairs}

    @property
    def host_names(self) -> frozenset[str]:
        """Names set by ``allowed_hosts`` and that of ``public_url``, lower case; ``*`` means any."""
        public = re.sub(r"^https?://|[:/].*$", "", self.public_url, flags=re.IGNORECASE)
        names = (*self.allowed_hosts.split(","), public)
        return frozenset(name.strip().lower() for name in names if name.strip())


def for_libraries(values: Mapping[str, str]) -> None:
    """Set what a library reads from the environment when it is imported, and can be told in no other way."""
    os.environ.update(values)


def variable(name: str) -> str:
    """The environment variable that sets the field ``name``."""
    return f"COACH_{name.upper()}"


def _language_of(environ: Mapping[str, str]) -> Language:
    """The language of the person's session, as POSIX names it; English when it is neither of ours."""
    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "fr" if said.lower().startswith("fr") else "en"
