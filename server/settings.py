"""Environment variables -> Settings. A value that cannot be used is named, with what would be right."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from environs import Env, EnvError

VERSION = "0.2.0"
PROJECT_FOLDER = Path(__file__).resolve().parent.parent


class SettingsProblem(Exception):
    """A setting that cannot be used; the text is one line with the remedy."""


@dataclass(frozen=True)
class Settings:
    """Everything that an installation chooses; docs/operations.md describes each."""

    instance: Path = field(default_factory=lambda: Path("instance").resolve())
    bind: str = "0.0.0.0"
    port: int = 8000
    https_port: int = 8443
    store: str = ""
    database: str = ""
    message_queue: str = ""
    upstream: str = ""
    ocr: str = ""
    demo: bool = False
    conformance: bool = False
    hub_name: str = "Greenlane"
    session_hours: int = 12
    renew_days: int = 7
    trusted_proxies: int = 0
    text_body_limit_bytes: int = 8 * 1024 * 1024
    media_body_limit_bytes: int = 64 * 1024 * 1024
    app_folder: Path = PROJECT_FOLDER / "pwa" / "dist"
    catalogue_folder: Path = PROJECT_FOLDER / "static" / "catalogue"

    @property
    def read_model_url(self) -> str:
        """Where the read model lives: the given database, or a file in the instance."""
        return self.database or f"sqlite:///{self.instance / 'readmodel.sqlite'}"

    @classmethod
    def from_environment(cls) -> Settings:
        """Read GREENLANE_* variables; raises SettingsProblem for a value that cannot be used."""
        env = Env(prefix="GREENLANE_")
        try:
            settings = cls(
                instance=Path(env.str("INSTANCE", "instance") or "instance").resolve(),
                bind=env.str("BIND", "0.0.0.0"),
                port=env.int("PORT", 8000),
                https_port=env.int("HTTPS_PORT", 8443),
                store=env.str("STORE", ""),
                database=env.str("DATABASE", ""),
                message_queue=env.str("MESSAGE_QUEUE", ""),
                upstream=env.str("UPSTREAM", ""),
                ocr=env.str("OCR", ""),
                demo=env.bool("DEMO", False),
                conformance=env.bool("CONFORMANCE", False),
                hub_name=env.str("HUB_NAME", "Greenlane"),
                session_hours=env.int("SESSION_HOURS", 12),
                renew_days=env.int("RENEW_DAYS", 7),
                trusted_proxies=env.int("TRUSTED_PROXIES", 0),
                text_body_limit_bytes=env.int("TEXT_BODY_LIMIT_BYTES", cls.text_body_limit_bytes),
                media_body_limit_bytes=env.int("MEDIA_BODY_LIMIT_BYTES", cls.media_body_limit_bytes),
                app_folder=Path(env.str("APP", str(cls.app_folder))).resolve(),
                catalogue_folder=Path(env.str("CATALOGUE", str(cls.catalogue_folder))).resolve(),
            )
        except EnvError as error:
            raise SettingsProblem(f"a setting cannot be used: {error}") from error
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingsProblem for values that are readable but make no sense."""
        for name, port in (("GREENLANE_PORT", self.port), ("GREENLANE_HTTPS_PORT", self.https_port)):
            if not 0 <= port <= 65535:
                raise SettingsProblem(f"{name} is {port}; choose a port from 1 to 65535")
        if self.session_hours < 1 or self.renew_days < 0:
            raise SettingsProblem("GREENLANE_SESSION_HOURS must be 1 or more, GREENLANE_RENEW_DAYS 0 or more")
        if self.message_queue and not self.message_queue.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsProblem("GREENLANE_MESSAGE_QUEUE must be written redis://host:port/number")
        if self.conformance and self.bind not in ("127.0.0.1", "::1", "localhost"):
            raise SettingsProblem(
                "GREENLANE_CONFORMANCE=1 opens scratch databases; set GREENLANE_BIND=127.0.0.1 with it"
            )
