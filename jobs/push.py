"""`scout export hub --push REPO`: the exported folder as one commit to a dataset repository of the Hugging Face Hub."""

from __future__ import annotations

import re
from pathlib import Path

from tools.errors import CannotRun, UsageError
from tools.settings import Settings

_REPO = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_OURS = ("README.md", "*.schema.json", "data/*.jsonl")


def check(repo: str, settings: Settings) -> None:
    """Whether a push can be tried at all, before anything is written. Errors: UsageError for a name that is none or a
    missing token."""
    if not _REPO.fullmatch(repo):
        raise UsageError(f"--push takes the name of a dataset repository, like acme/tools; got {repo!r}.")
    if not settings.hf_token:
        raise UsageError("To push to the Hub set HF_TOKEN to a token that may write to the repository.")


def push(folder: Path, repo: str, settings: Settings) -> str:
    """Commit the card and the data of an export, with nothing beside them; the commit's address. A repository that is not
    there is made, private: who publishes it decides that on the Hub.

    Errors: CannotRun where the Hub refuses, or cannot be reached.
    """
    import httpx2
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import HfHubHTTPError

    constants.HF_HUB_DISABLE_TELEMETRY = True  # see tools.web.hub_client
    api = HfApi(endpoint=settings.hf_endpoint, token=settings.hf_token)
    try:
        api.create_repo(repo, repo_type="dataset", exist_ok=True, private=True)
        done = api.upload_folder(
            repo_id=repo,
            repo_type="dataset",
            folder_path=folder,
            allow_patterns=list(_OURS),
            commit_message="Update the products",
        )
    except HfHubHTTPError as error:
        said = (error.server_message or str(error)).splitlines()[0]
        raise CannotRun(
            f"The Hub refused to take {repo}: {said} Check the name, and that HF_TOKEN may write."
        ) from error
    except (httpx2.HTTPError, RuntimeError, ValueError, OSError) as error:  # uploads wrap what happened to them
        raise CannotRun(f"{repo} could not be sent to {settings.hf_endpoint}: {error.__cause__ or error}") from error
    return str(done.commit_url)
