"""Settings: every one has a default, is read from ``GONGBAO_*``, and is checked when read."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError, model_validator

from flows import __version__
from flows.model.errors import UsageError

PREFIX = "GONGBAO_"


class Settings(BaseModel):
    """``GONGBAO_HOME=/srv/gongbao gongbao refresh`` and so on; what the caller gives comes first.

    UsageError for a variable of the environment that is no setting. Plain pydantic, since
    importing pydantic-settings takes a third of the time in which a query is answered.
    """

    home: Path = Field(Path("data"), description="where archive, store and publications live")
    catalog: Path | None = Field(
        None, description="a folder with your own sources, layouts and names, laid over the shipped"
    )
    contact: str = Field(
        "https://github.com/gongbao/gongbao/issues",
        description="named in the User-Agent, so that a site's keeper can reach the operator",
    )
    keep_publications: int = Field(5, ge=1, description="how many old publications are kept")
    keep_runs: int = Field(1000, ge=1, description="how many runs' records are kept")
    log_bytes: int = Field(5_000_000, ge=1, description="size at which prefect.log is put aside")
    host_concurrency: int = Field(2, ge=1, description="requests under way at one host")
    total_concurrency: int = Field(16, ge=1, description="requests under way in all")
    fetch_attempts: int = Field(4, ge=1, description="tries of one address")
    fetch_timeout: float = Field(60.0, gt=0, description="seconds for one whole download")
    max_bytes: int = Field(64 * 1024 * 1024, gt=0, description="largest download taken")
    max_redirects: int = Field(5, ge=0, description="redirects followed from one address")
    watch_days: int = Field(
        42, ge=1, description="days for which a new release is visited daily; later monthly"
    )
    lock_wait: float = Field(
        60.0, ge=0, description="seconds waited for another run that is writing to the store"
    )
    release_fault_share: float = Field(
        0.5, gt=0, le=1, description="share of a release's figures held that holds all of it"
    )

    @model_validator(mode="before")
    @classmethod
    def _of_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        """An empty variable counts as unset."""
        names = {f"{PREFIX}{field.upper()}": field for field in cls.model_fields}
        found = {}
        for name, text in sorted(os.environ.items()):
            if not name.upper().startswith(PREFIX) or not text:
                continue
            if name.upper() not in names:
                near = get_close_matches(name.lower()[len(PREFIX) :], names.values(), 1)
                hint = (
                    f"did you mean {PREFIX}{near[0].upper()}?"
                    if near
                    else f"there are {', '.join(names)}"
                )
                raise UsageError("is no setting", where=name, remedy=hint)
            found[names[name.upper()]] = text
        return {**found, **given}

    @property
    def user_agent(self) -> str:
        return f"Gongbao/{__version__} (+{self.contact})"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def store(self) -> Path:
        return self.home / "store.duckdb"

    @property
    def publications(self) -> Path:
        return self.home / "publications"

    @property
    def current(self) -> Path:
        return self.home / "current"

    @property
    def runs(self) -> Path:
        return self.home / "runs"

    @property
    def logs(self) -> Path:
        return self.home / "logs"


def load_settings() -> Settings:
    """The settings of the environment. UsageError names a wrong value, or a name that is none."""
    try:
        settings = Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"{PREFIX}{str(fault['loc'][0]).upper()}"
        raise UsageError(fault["msg"], where=name, remedy="unset it or correct it") from error
    if settings.home.exists() and not settings.home.is_dir():
        raise UsageError(
            "is a file, a folder is wanted", where=str(settings.home), remedy="set GONGBAO_HOME"
        )
    return settings
