"""Models in this process, through transformers: SmolLM3 for text, SmolVLM2 for pictures, or any of their kind.

Needs the extra `local`. A deployment whose url is `local:` names the model by its Hub id or by a folder. Weights come
through the Hub's own client and cache; no code of a repository is run. One answer at a time a model.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from agents.gateway.chat import Failed, Prompt, Reply, body_of
from agents.gateway.pools import Deployment
from agents.gateway.replies import read_reply
from tools.errors import Stopped
from tools.workbench import STOPPED

MAX_TOKENS = 2_048  # of an answer, where the prompt sets no limit


class LocalModel:
    """One loaded model. Errors on making: ImportError without the extra; OSError where no such model can be had."""

    def __init__(self, deployment: Deployment) -> None:
        from transformers import AutoModelForCausalLM, AutoModelForImageTextToText, AutoProcessor, AutoTokenizer

        reader, kind = (
            (AutoProcessor, AutoModelForImageTextToText) if deployment.vision else (AutoTokenizer, AutoModelForCausalLM)
        )
        self._deployment = deployment
        try:
            self._reader: Any = reader.from_pretrained(deployment.model)
            model: Any = kind.from_pretrained(deployment.model, dtype="auto")
        except ValueError as error:  # transformers' other way of saying that the files of a model are not there
            raise OSError(str(error)) from error
        self._tokenizer: Any = getattr(self._reader, "tokenizer", self._reader)
        self._model: Any = model.to(_device()).eval()
        self._lock = threading.Lock()

    def ask(self, prompt: Prompt, stop: Future[None] | None = None) -> Reply | Failed:
        """One answer, counted in the model's own tokens. stop: is fulfilled by who wants no answer any more; looked at before
        the prompt is read, and with every token that is written: the reading of a prompt itself is not broken off.

        Errors: Stopped.
        """
        stop = stop or Future()
        with self._lock:
            if stop.done():  # while another answer was waited for
                raise Stopped(STOPPED)
            began = time.monotonic()
            try:
                tokens = self._tokens(prompt)
                written = self._write(tokens, prompt, stop)
            except (RuntimeError, ValueError) as error:  # out of memory, a prompt beyond the context, a broken picture
                return Failed("refused", f"{self._deployment.model} gave up: {str(error).splitlines()[0]}")
        if stop.done():
            raise Stopped(STOPPED)
        if time.monotonic() - began >= self._deployment.timeout_s and not self._ended(written):
            return Failed("timeout", f"{self._deployment.model} was not done within {self._deployment.timeout_s:g} s")
        text = self._tokenizer.decode(written, skip_special_tokens=True)
        return read_reply(_reply(_before_stop(text, prompt.stop), tokens["input_ids"].shape[1], len(written)))

    def _tokens(self, prompt: Prompt) -> Any:
        vision = self._deployment.vision
        messages = [
            {"role": one["role"], "content": (_parts if vision else _text)(one["content"])}
            for one in body_of(self._deployment, prompt, frozenset({"tools"}))["messages"]
        ]
        tokens = self._reader.apply_chat_template(
            messages,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            enable_thinking=False,  # SmolLM3's template; others do not look
        )
        return tokens.to(self._model.device, dtype=self._model.dtype) if vision else tokens.to(self._model.device)

    def _write(self, tokens: Any, prompt: Prompt, stop: Future[None]) -> Any:
        """The tokens that the model adds; greedy at temperature 0, else drawn with the prompt's seed."""
        import torch
        from transformers import StoppingCriteriaList

        if prompt.seed is not None:
            torch.manual_seed(prompt.seed)
        drawn = {"do_sample": True, "temperature": prompt.temperature} if prompt.temperature else {"do_sample": False}
        words = {"stop_strings": list(prompt.stop), "tokenizer": self._tokenizer} if prompt.stop else {}
        with torch.inference_mode():
            whole = self._model.generate(
                **tokens,
                **drawn,
                **words,
                stopping_criteria=StoppingCriteriaList([_stopped_by(stop)]),
                max_new_tokens=prompt.max_tokens or MAX_TOKENS,
                max_time=self._deployment.timeout_s,
            )
        return whole[0, tokens["input_ids"].shape[1] :]

    def _ended(self, written: Any) -> bool:
        ends = self._model.generation_config.eos_token_id
        return len(written) > 0 and int(written[-1]) in (ends if isinstance(ends, list) else [ends])


def _stopped_by(stop: Future[None]) -> Callable[..., Any]:
    """What transformers asks after each token: for every answer of the batch, whether it is over."""

    def over(written: Any, scores: Any, **_: Any) -> Any:
        import torch

        return torch.full((written.shape[0],), stop.done(), dtype=torch.bool, device=written.device)

    return over


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(str(part.get("text", "")) for part in content)


def _parts(content: Any) -> list[dict[str, Any]]:
    """A message's parts as a processor takes them. Errors: ValueError for a picture that is no data address."""
    parts: list[dict[str, Any]] = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return [
        {"type": "image", "image": _picture(part["image_url"]["url"])} if part["type"] == "image_url" else dict(part)
        for part in parts
    ]


def _picture(address: str) -> Any:
    from PIL import Image

    head, _, data = address.partition(";base64,")
    if not head.startswith("data:image/"):
        raise ValueError("a picture is given as a data address; a model here fetches nothing")
    try:
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    except OSError:  # Pillow's error for bytes that are no picture
        raise ValueError("the picture cannot be read") from None


def _before_stop(text: str, stop: tuple[str, ...]) -> str:
    """The text up to its first stop sequence, as endpoints give it."""
    return text[: min([at for word in stop if (at := text.find(word)) >= 0], default=len(text))]


def _reply(text: str, tokens_in: int, tokens_out: int) -> bytes:
    usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    return json.dumps({"choices": [{"message": {"content": text}}], "usage": usage}).encode()
