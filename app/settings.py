"""The settings, each said once: environment (LIVETRAIN_*), command line and documentation come from here."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.logs import LogFormat
from app.loopback import is_loopback

PREFIX = "LIVETRAIN_"
SECRETS = ("token", "viewer_token")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class Settings(BaseSettings):
    """Where the server listens, where data lie, and how much of the machine trainings may use."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on; beyond loopback a token is required.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    data_dir: Path = Field(
        Path("livetrain-data"), description="Folder for the database, data sets, caches and logs."
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL of the database; empty: livetrain.db in the data folder."
    )
    cpu_slots: int = Field(1, ge=1, le=64, description="Trainings on the CPU at the same time.")
    token: str = Field(
        "", repr=False, description="Secret that opens the server; empty beyond loopback: one is made."
    )
    viewer_token: str = Field(
        "",
        repr=False,
        description="Another secret, for people who watch: with it nothing can be started or changed.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Further host names under which the server may be called, separated by commas; "
        "with its port where a proxy serves it on another than 80 or 443: lab.example:8443.",
    )
    root_path: str = Field("", description="URL prefix when a proxy serves this below a path, such as /lab.")
    log_format: LogFormat = Field(
        "text",
        description="Form of what processes log: text for people, json for programs, an object a line.",
    )
    supervise: bool = Field(
        True, description="Keep a supervisor of workers at work; off where `livetrain work` runs by itself."
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("viewer_token")
    @classmethod
    def _another_secret(cls, value: str, info: ValidationInfo) -> str:
        if value and value == info.data.get("token"):
            raise ValueError("is the token itself, which may change everything; choose another secret.")
        return value

    @field_validator("root_path")
    @classmethod
    def _one_leading_slash(cls, value: str) -> str:
        trimmed = value.strip("/")
        return f"/{trimmed}" if trimmed else ""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value is not None and value != ""}

    @field_validator("database_url")
    @classmethod
    def _only_sqlite(cls, value: str) -> str:
        if value and not value.startswith("sqlite:///"):
            raise ValueError(
                "only SQLite files work in this version: leave it empty or write sqlite:////path/to/file.db"
            )
        return value

    @property
    def database(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'livetrain.db'}"

    @property
    def needs_token(self) -> bool:
        """Whether callers must show a token: always beyond loopback, and wherever one was given."""
        return bool(self.token or self.viewer_token) or not is_loopback(self.host)
