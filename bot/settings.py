"""The settings: environment variables over a .env file. `wegwijzer doctor` lists them all."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from knowledge.faults import in_dutch
from prompts import ToldError

_ALIKE = 0.85  # from 0 to 1; above this a name is taken for a slip of ours


class SettingsError(ToldError):
    """A setting that cannot be used; the message names it and what to do."""


class Settings(BaseModel):
    """Every setting; the alias is the name in the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    home: Path = Field(alias="WEGWIJZER_HOME", default_factory=lambda: user_data_path("wegwijzer"))
    database_url: SecretStr = Field(alias="WEGWIJZER_DATABASE_URL", default=SecretStr(""))
    knowledge: Path | None = Field(alias="WEGWIJZER_KNOWLEDGE", default=None)
    embedding_model: str = Field(alias="WEGWIJZER_EMBEDDING_MODEL", default="")
    chroma_url: str = Field(alias="WEGWIJZER_CHROMA_URL", default="")
    llm: str = Field(alias="WEGWIJZER_LLM", default="")
    llm_url: str = Field(alias="WEGWIJZER_LLM_URL", default="")
    timezone: str = Field(alias="WEGWIJZER_TIMEZONE", default="Europe/Amsterdam")
    secret_key: SecretStr = Field(alias="WEGWIJZER_SECRET_KEY", default=SecretStr(""))
    health_port: int = Field(alias="WEGWIJZER_HEALTH_PORT", default=0, ge=0, le=65535)  # 0: nowhere
    log_format: Literal["text", "json"] = Field(alias="WEGWIJZER_LOG_FORMAT", default="text")
    keep_cases: int = Field(alias="WEGWIJZER_KEEP_CASES", default=90, ge=0)  # days after closing
    keep_meetings: int = Field(alias="WEGWIJZER_KEEP_MEETINGS", default=90, ge=0)  # days after closing
    keep_audit: int = Field(alias="WEGWIJZER_KEEP_AUDIT", default=730, ge=0)  # days
    keep_questions: int = Field(alias="WEGWIJZER_KEEP_QUESTIONS", default=365, ge=0)  # days, those without an answer
    keep_posts: int = Field(alias="WEGWIJZER_KEEP_POSTS", default=30, ge=1)  # days after they were placed
    keep_backups: int = Field(alias="WEGWIJZER_KEEP_BACKUPS", default=30, ge=1)  # days
    coordinators: tuple[str, ...] = Field(alias="WEGWIJZER_COORDINATORS", default=())
    coordinators_channel: str = Field(alias="WEGWIJZER_COORDINATORS_CHANNEL", default="")
    administrators: tuple[str, ...] = Field(alias="WEGWIJZER_ADMINISTRATORS", default=())
    slack_bot_token: SecretStr = Field(alias="SLACK_BOT_TOKEN", default=SecretStr(""))
    slack_app_token: SecretStr = Field(alias="SLACK_APP_TOKEN", default=SecretStr(""))
    slack_signing_secret: SecretStr = Field(alias="SLACK_SIGNING_SECRET", default=SecretStr(""))
    slack_team_id: str = Field(alias="SLACK_TEAM_ID", default="")
    slack_api_url: str = Field(alias="SLACK_API_URL", default="https://slack.com/api/")
    matrix_homeserver: str = Field(alias="MATRIX_HOMESERVER", default="")
    matrix_user_id: str = Field(alias="MATRIX_USER_ID", default="")
    matrix_password: SecretStr = Field(alias="MATRIX_PASSWORD", default=SecretStr(""))
    matrix_access_token: SecretStr = Field(alias="MATRIX_ACCESS_TOKEN", default=SecretStr(""))
    matrix_device_id: str = Field(alias="MATRIX_DEVICE_ID", default="")
    matrix_allowed: tuple[str, ...] = Field(alias="MATRIX_ALLOWED", default=())
    matrix_team_rooms: tuple[str, ...] = Field(alias="MATRIX_TEAM_ROOMS", default=())

    @field_validator("home", "knowledge", mode="before")
    @classmethod
    def _home_sign(cls, value: Any) -> Any:
        return Path(value).expanduser() if value else value

    @field_validator("knowledge")
    @classmethod
    def _folder_exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"de map {value} bestaat niet; maak hem of laat de instelling leeg")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"'{value}' is geen tijdzone; schrijf bijvoorbeeld Europe/Amsterdam") from error
        return value

    @field_validator("llm")
    @classmethod
    def _provider_and_model(cls, value: str) -> str:
        provider, _, model = value.partition(":")
        if value and not (provider and model):
            raise ValueError(f"'{value}' moet aanbieder:model zijn, bijvoorbeeld openai:mijn-model")
        return value

    @field_validator("llm_url", "slack_api_url", "matrix_homeserver")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(f"'{value}' moet een adres zijn dat met http:// of https:// begint")
        return value

    @field_validator("coordinators", "administrators", "matrix_allowed", "matrix_team_rooms", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which reminders and dates are meant."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The database's address, perhaps with a password: the setting, or a file in the data folder."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'wegwijzer.db'}"


def names() -> tuple[str, ...]:
    """The names of all settings."""
    return tuple(str(field.alias) for field in Settings.model_fields.values())


def load_settings(environment: dict[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """The settings in force. Raises SettingsError with one Dutch line per wrong setting."""
    given = _dotenv(dotenv) | dict(os.environ if environment is None else environment)
    try:
        return Settings.model_validate({name: given[name] for name in names() if given.get(name)})
    except ValidationError as error:
        lines = [
            f"{item['loc'][0]}: {in_dutch(item['type'], item['msg'], item.get('ctx', {}))}" for item in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None


def strangers(environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> list[tuple[str, str]]:
    """Names that look like one of ours and are none, each with the name that may be meant (or nothing)."""
    given = set(_dotenv(dotenv)) | set(os.environ if environment is None else environment)
    found = [(name, _meant(name)) for name in sorted(given - set(names()))]
    return [(name, meant) for name, meant in found if meant or name.startswith("WEGWIJZER_")]


def _meant(name: str) -> str:
    from difflib import get_close_matches  # for `doctor` alone

    return next(iter(get_close_matches(name.upper(), names(), 1, _ALIKE)), "")


def _dotenv(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    from dotenv import dotenv_values  # only where there is such a file

    return {name: value for name, value in dotenv_values(file).items() if value}
