"""Labels: from a tokenizer.bin to a sentencepiece model with the same ids."""

from pathlib import Path

import pytest
from attend_train.labels import Labels, read_tokenizer
from attend_train.reference import tiny_labels


def test_lengths_of_two_bytes() -> None:
    long = b"x" * 300
    assert read_tokenizer(b"\x02ab" + bytes([128 + 300 % 128, 300 // 128]) + long + b"\x00") == [b"ab", long, b""]
    with pytest.raises(ValueError, match="cut short"):
        read_tokenizer(b"\x05ab")


def test_text_to_labels_and_back() -> None:
    labels = tiny_labels()
    assert labels.count == 300 and labels.pieces[:3] == ["<unk>", "<s>", "</s>"]
    for text in ("the thing on a tin", "caf\u00e9 \u2603 25%", "in the inn, an ant."):
        assert labels.decode(labels.encode(text)) == text
    assert labels.decode([1, *labels.encode("the ant"), 2, 299]) == "the ant"
    the = labels.encode("the thing")
    assert labels.pieces[the[0]] == "\u2581the" and labels.starts_word(the[0]) and not labels.starts_word(the[-1])


def test_labels_of_a_larger_network(tmp_path: Path) -> None:
    """Lists of different lengths, one of which has lost an entry, mean the same labels."""
    pieces = [b"<unk>", b"<s>", b"</s>", *(bytes([b]) for b in range(256)), b"ab", "\u2603".encode(), b"a", b"b"]
    pieces.append("\u2581".encode())
    write = lambda name, entries: (tmp_path / name).write_bytes(b"".join(bytes([len(e)]) + e for e in entries))
    write("short", pieces)
    write("long", [*pieces[:260], b"", *pieces[261:], b"<<ST_0>>", b"<<ST_1>>"])
    write("other", [*pieces[:261], b"b", b"a", pieces[-1]])
    short, long = Labels.from_tokenizer(tmp_path / "short", 266), Labels.from_tokenizer(tmp_path / "long")
    assert short.count == long.count == 266 and short.agrees_with(long) and long.agrees_with(short)
    assert short.decode(short.encode("ab")) == long.decode(short.encode("ab")) == "ab"
    assert not Labels.from_tokenizer(tmp_path / "short").agrees_with(long)
    assert not Labels.from_tokenizer(tmp_path / "other", 266).agrees_with(long)


def test_starting_labels(start_folder: Path) -> None:
    labels = Labels.from_tokenizer(start_folder / "tokenizer.bin")
    assert labels.count == 32768
    assert labels.encode("Hello, World!") == [15043, 29892, 2787, 29991]  # as Llama's tokenizer has it
    assert labels.decode(labels.encode("It's 25 caf\u00e9s.")) == "It's 25 caf\u00e9s."
