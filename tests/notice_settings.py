"""Settings with rules and targets, as tests of notices write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.settings import Settings

SECRETS = {"HOOK_SECRET": "s3cr3t-of-the-hook", "MAIL_PASSWORD": "s3cr3t-of-the-mail"}


def hook(url: str, **more: Any) -> dict[str, Any]:
    return {"type": "webhook", "url": url, "secret_env": "HOOK_SECRET", **more}


def mail(port: int, **more: Any) -> dict[str, Any]:
    server = {"type": "mail", "host": "127.0.0.1", "port": port, "security": "none"}
    return {**server, "from": "scout@example.org", "to": "kim@example.org", **more}


def noticing(rules: Mapping[str, Any], targets: Mapping[str, Any], **values: Any) -> Settings:
    """rules, targets: entries by name, as they stand in scout.toml."""
    return Settings(values, SECRETS, tables={"rules": dict(rules), "targets": dict(targets)})
