"""Models in this process: the real loading paths on tiny models of the two architectures, random weights, made here.

Only where the extra `local` is installed.
"""

from __future__ import annotations

import base64
import io
import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

transformers = pytest.importorskip("transformers", reason="the extra `local` is not installed")
torch = pytest.importorskip("torch", reason="the extra `local` is not installed")

from agents.gateway.chat import Failed, Prompt, Reply
from agents.gateway.local import LocalModel
from agents.gateway.pools import LOCAL, Deployment
from agents.gateway.wire import Wire
from tools.errors import Stopped

TEXT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PICTURE_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}:{% for p in m['content'] %}"
    "{% if p['type'] == 'image' %}<image>{% else %}{{ p['text'] }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
SMALL = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
}
QUESTION = [{"role": "user", "content": "What does the team plan cost?"}]


def tokenizer(end: str, *, template: str, images: tuple[str, ...] = ()) -> Any:
    """A tokenizer that knows every byte and a chat's marks."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<pad>", "<|im_start|>", end, *images]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        ["nine a month"],
        trainers.BpeTrainer(vocab_size=300, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    whole = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token=end, additional_special_tokens=list(images)
    )
    whole.chat_template = template
    return whole


@pytest.fixture(scope="module")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    folder = tmp_path_factory.mktemp("smollm3")
    reader = tokenizer("<|im_end|>", template=TEXT_TEMPLATE)
    reader.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.SmolLM3Config(
        **SMALL,
        vocab_size=len(reader),
        max_position_embeddings=4096,
        pad_token_id=reader.pad_token_id,
        bos_token_id=None,
        eos_token_id=reader.eos_token_id,
    )
    transformers.SmolLM3ForCausalLM(config).save_pretrained(folder)
    return LocalModel(Deployment("text", str(folder), LOCAL, structured="none"))


@pytest.fixture(scope="module")
def vision_model(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    folder = tmp_path_factory.mktemp("smolvlm2")
    reader = tokenizer(
        "<end_of_utterance>",
        template=PICTURE_TEMPLATE,
        images=("<image>", "<fake_token_around_image>", "<global-img>"),
    )
    reader.image_token = "<image>"
    pictures = transformers.SmolVLMImageProcessor(
        size={"longest_edge": 64}, max_image_size={"longest_edge": 32}, do_image_splitting=False
    )
    processor = transformers.SmolVLMProcessor(
        pictures, reader, transformers.SmolVLMVideoProcessor(), image_seq_len=4, chat_template=PICTURE_TEMPLATE
    )
    processor.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.SmolVLMConfig(
        image_token_id=reader.convert_tokens_to_ids("<image>"),
        scale_factor=2,
        vision_config={
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 32,
            "patch_size": 8,
        },
        text_config={
            **SMALL,
            "model_type": "llama",
            "vocab_size": len(reader),
            "pad_token_id": reader.pad_token_id,
            "bos_token_id": None,
            "eos_token_id": reader.eos_token_id,
        },
    )
    transformers.SmolVLMForConditionalGeneration(config).save_pretrained(folder)
    return LocalModel(Deployment("eye", str(folder), LOCAL, vision=True, structured="none"))


def picture(colour: str) -> str:
    from PIL import Image

    kept = io.BytesIO()
    Image.new("RGB", (80, 40), colour).save(kept, "PNG")
    return "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()


def test_a_text_model_answers_and_counts_its_tokens(text_model: LocalModel) -> None:
    reply = text_model.ask(Prompt(QUESTION, max_tokens=12))
    assert isinstance(reply, Reply)
    assert reply.usage
    assert reply.usage.tokens_in > len("What does the team plan cost?") / 4
    assert 1 <= reply.usage.tokens_out <= 12
    assert json.loads(reply.raw)["choices"][0]["message"]["content"] == reply.text


def test_without_temperature_the_same_prompt_gives_the_same_answer(text_model: LocalModel) -> None:
    prompt = Prompt(QUESTION, max_tokens=8)
    assert text_model.ask(prompt) == text_model.ask(prompt)


def test_with_a_seed_a_drawn_answer_can_be_had_again(text_model: LocalModel) -> None:
    first, again, other = (
        text_model.ask(Prompt(QUESTION, seed=seed, temperature=1.0, max_tokens=24)) for seed in (7, 7, 8)
    )
    assert first == again != other


def test_a_text_model_reads_the_text_of_parts(text_model: LocalModel) -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": QUESTION[0]["content"]}]}]
    assert text_model.ask(Prompt(parts, max_tokens=4)) == text_model.ask(Prompt(QUESTION, max_tokens=4))


def test_an_answer_that_is_not_done_in_time_is_a_timeout(text_model: LocalModel) -> None:
    from dataclasses import replace

    hurried = LocalModel(replace(text_model._deployment, timeout_s=0.001))
    failed = hurried.ask(Prompt(QUESTION, seed=1, temperature=5.0, max_tokens=2_000))
    assert isinstance(failed, Failed)
    assert failed.kind == "timeout"


def test_a_vision_model_sees_the_picture(vision_model: LocalModel) -> None:
    def asked(colour: str) -> Reply | Failed:
        parts = [{"type": "image_url", "image_url": {"url": picture(colour)}}, {"type": "text", "text": "Prices?"}]
        return vision_model.ask(Prompt([{"role": "user", "content": parts}], max_tokens=12))

    red = asked("red")
    assert isinstance(red, Reply)
    words = vision_model.ask(Prompt([{"role": "user", "content": "Prices?"}], max_tokens=12))
    assert isinstance(words, Reply)
    assert red.usage
    assert words.usage
    assert red.usage.tokens_in > words.usage.tokens_in  # the picture's own tokens


@pytest.mark.parametrize("address", ["https://pictures.example/a.png", "data:image/png;base64,bm8gcGljdHVyZQ=="])
def test_a_picture_that_cannot_be_read_is_refused_in_words(vision_model: LocalModel, address: str) -> None:
    parts = [{"type": "image_url", "image_url": {"url": address}}]
    failed = vision_model.ask(Prompt([{"role": "user", "content": parts}], max_tokens=4))
    assert isinstance(failed, Failed)
    assert failed.kind == "refused"
    assert "picture" in failed.reason


def test_a_schema_is_given_in_words(text_model: LocalModel) -> None:
    held = text_model.ask(Prompt(QUESTION, schema={"type": "object", "title": "Answer"}, max_tokens=4))
    free = text_model.ask(Prompt(QUESTION, max_tokens=4))
    assert isinstance(held, Reply)
    assert isinstance(free, Reply)
    assert held.usage
    assert free.usage
    assert held.usage.tokens_in > free.usage.tokens_in


def test_the_wire_loads_a_model_once_and_says_what_is_missing(text_model: LocalModel, tmp_path: Path) -> None:
    wire = Wire()
    prompt = Prompt(QUESTION, max_tokens=4)
    assert (
        wire.ask(text_model._deployment, prompt) == wire.ask(text_model._deployment, prompt) == text_model.ask(prompt)
    )
    failed = wire.ask(Deployment("none", str(tmp_path), LOCAL), prompt)
    assert isinstance(failed, Failed)
    assert (failed.kind, "cannot be loaded" in failed.reason) == ("connect", True)
    wire.close()


def test_a_model_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="tokenizer"):
        LocalModel(Deployment("none", str(tmp_path), LOCAL))


def test_an_answer_that_nobody_wants_any_more_is_broken_off_at_the_next_token(text_model: LocalModel) -> None:
    class After(Future[None]):
        """Is fulfilled once it was looked at so many times."""

        looks = 0

        def done(self) -> bool:
            self.looks += 1
            return self.looks > 4

    stop = After()
    with pytest.raises(Stopped, match="It was stopped"):
        text_model.ask(Prompt(QUESTION, seed=1, temperature=5.0, max_tokens=2_000), stop)
    assert stop.looks < 8, "no further token was written"
    over: Future[None] = Future()
    over.set_result(None)
    with pytest.raises(Stopped):
        Wire(over).ask(text_model._deployment, Prompt(QUESTION))
