"""`scout export hub --push`: a dataset reaches a Hub that asks where bytes go, checks them, and moves repositories."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from stored import NOON, full_store

from jobs.export import export
from tools.errors import CannotRun, UsageError
from tools.settings import Settings
from tools.store import Store

# of huggingface_hub 2.4 about its own call of httpx2, in a thread
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


class Hub(ThreadingHTTPServer):
    """A Hub as its client meets it: tokens, renamed repositories, small files in the commit and large ones beside it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.repos: dict[str, dict[str, bytes]] = {}
        self.renamed = {"old/tools": "acme/tools"}
        self.kept: dict[str, bytes] = {}  # large files by their SHA-256
        self.asked: list[str] = []
        self.full = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    do_PUT = do_POST

    def _answer(self, body: bytes) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(f"{self.command} {path}")
        if path.startswith("/bucket/"):  # signed: it takes no token
            return self._store(path.removeprefix("/bucket/"), body)
        if self.headers.get("Authorization") != "Bearer hf_good":
            return self._send(401, {"error": "Invalid credentials in Authorization header"})
        for old, new in self.server.renamed.items():
            if f"/{old}" in path:
                return self._send(307, {}, Location=self.path.replace(old, new))
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/validate-yaml":
            told = yaml.safe_load(json.loads(body)["content"].split("---")[1])
            bad = [] if told["configs"][0]["data_files"] else [{"message": "no data"}]
            return self._send(400 if bad else 200, {"errors": bad, "warnings": []})
        repo = "/".join(path.removeprefix("/api").removeprefix("/datasets/").split("/")[:2]).removesuffix(".git")
        if repo not in self.server.repos:
            return self._send(404, {"error": "Repository not found"}, **{"X-Error-Code": "RepoNotFound"})
        if path.endswith("/preupload/main"):
            files = [
                {
                    "path": f["path"],
                    "uploadMode": "lfs" if f["path"].endswith("l") else "regular",
                    "shouldIgnore": False,
                }
                for f in json.loads(body)["files"]
            ]
            return self._send(200, {"files": files})
        if path.endswith("/info/lfs/objects/batch"):
            return self._send(
                200, {"transfer": "basic", "objects": list(map(self._object, json.loads(body)["objects"]))}
            )
        if path.endswith("/verify"):
            told = json.loads(body)
            return self._send(200 if len(self.server.kept.get(told["oid"], b"")) == told["size"] else 404, {})
        return self._commit(repo, body)

    def _create(self, told: dict[str, Any]) -> None:
        name = self.server.renamed.get(
            f"{told['organization']}/{told['name']}", f"{told['organization']}/{told['name']}"
        )
        known = name in self.server.repos
        self.server.repos.setdefault(name, {})
        assert told["type"] == "dataset"
        assert known or told["visibility"] == "private"
        self._send(
            409 if known else 200, {"url": f"{self.server.url}/datasets/{name}", "error": "You already created this"}
        )

    def _object(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["oid"] in self.server.kept:
            return told  # it is there: nothing to upload
        verify = f"{self.server.url}/datasets/acme/tools.git/verify"
        return {
            **told,
            "actions": {"upload": {"href": f"{self.server.url}/bucket/{told['oid']}"}, "verify": {"href": verify}},
        }

    def _store(self, oid: str, body: bytes) -> None:
        if self.server.full or hashlib.sha256(body).hexdigest() != oid:
            return self._send(400, {"error": "EntityTooLarge"})
        self.server.kept[oid] = body
        return self._send(200, {})

    def _commit(self, repo: str, body: bytes) -> None:
        header, *rows = [json.loads(line) for line in body.splitlines()]
        assert header["key"] == "header"
        for row in rows:
            told = row["value"]
            if row["key"] == "lfsFile" and told["oid"] not in self.server.kept:
                return self._send(400, {"error": f"{told['path']} was never uploaded"})
            content = self.server.kept[told["oid"]] if row["key"] == "lfsFile" else base64.b64decode(told["content"])
            self.server.repos[repo][told["path"]] = content
        return self._send(200, {"commitUrl": f"{self.server.url}/datasets/{repo}/commit/abc", "commitOid": "abc"})

    def _send(self, status: int, body: dict[str, Any], **headers: str) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants
    from huggingface_hub.utils import close_session, set_client_factory
    from huggingface_hub.utils._http import default_client_factory

    from tools.web import hub_client

    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # its other way for large files, which is no HTTP API
    set_client_factory(default_client_factory)
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    close_session()
    hub_client._install.cache_clear()  # who asks the Hub next gives the library our client again
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("push") / "store.db"
    with Store.open(made, now=lambda: NOON) as store:
        full_store(store)
    return made


def settings(hub: Hub, token: str = "hf_good") -> Settings:
    return Settings({"hf_endpoint": hub.url, "hf_token": token})


def test_a_dataset_is_pushed_whole_and_again_without_its_unchanged_bytes(hub: Hub, path: Path) -> None:
    done = export(path, settings(hub), "hub", push="acme/tools")
    assert done["commit"] == f"{hub.url}/datasets/acme/tools/commit/abc"
    files = hub.repos["acme/tools"]
    assert set(files) == {"README.md", "lines.schema.json", "data/products.jsonl"}
    assert len(files["data/products.jsonl"].splitlines()) == 12
    hub.asked.clear()
    export(path, settings(hub), "hub", push="acme/tools")
    assert not [asked for asked in hub.asked if asked.startswith("PUT")]


def test_a_repository_that_was_renamed_is_followed(hub: Hub, path: Path, tmp_path: Path) -> None:
    hub.repos["acme/tools"] = {}
    export(path, settings(hub), "hub", out=tmp_path / "out", push="old/tools")
    assert set(hub.repos["acme/tools"]) == {
        "README.md",
        "lines.schema.json",
        "data/products.jsonl",
    }  # neither cursor nor manifest
    assert (tmp_path / "out" / "cursor").is_file()


@pytest.mark.parametrize("fault", ["token", "bucket"])
def test_a_hub_that_refuses_is_told_in_a_sentence_and_nothing_is_committed(hub: Hub, path: Path, fault: str) -> None:
    hub.full = fault == "bucket"
    with pytest.raises(CannotRun, match="acme/tools"):
        export(path, settings(hub, "hf_bad" if fault == "token" else "hf_good"), "hub", push="acme/tools")
    assert not hub.repos.get("acme/tools")


@pytest.mark.parametrize(
    ("form", "repo", "token", "sentence"),
    [
        ("hub", "tools", "hf_good", "--push takes the name of a dataset repository"),
        ("hub", "acme/tools", "", "set HF_TOKEN"),
        ("csv", "acme/tools", "hf_good", "not csv"),
    ],
)
def test_a_push_that_cannot_be_is_refused_in_a_sentence(
    path: Path, form: str, repo: str, token: str, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        export(path, Settings({"hf_token": token}), form, push=repo)
