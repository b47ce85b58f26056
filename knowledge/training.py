"""Trains the small model that comes along, from the product's own texts and questions, and prints what it is worth.

`python -m knowledge.training` (extra `models`): some minutes on two cores; writes knowledge/model/.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from knowledge.building import Readings, documents
from knowledge.content import Content, load_content
from knowledge.embedding import MODEL_FOLDER, Numbers, StaticEmbeddings, write_model
from knowledge.features import Reader, is_alarm, number
from knowledge.provisions import Provision
from knowledge.retrieval import WEIGHTS, weigh
from knowledge.sentence_models import Pair, train_rows
from knowledge.sources import Sources
from knowledge.text import Concepts

DIMENSION, PIECES = 256, 8000
_TURNS, _BATCH, _RATE = 4, 96, 0.02
_SEED = 20180101
_SHARES = (0.0, 0.15, 0.3, 0.5, 0.8)  # how much of the meaning is added to the share of the words
_HELD_BACK = (("start-1", "start-2"), ("vlaamse-collega", "beleidsjurist"))
_SAMPLE = 1500  # questions counted per part held back

Labelled = tuple[str, str, str]
"""Two texts and what they are about; two pairs about the same thing never meet in a batch."""


@dataclass(frozen=True)
class Trained:
    """A table with a row per piece, and its tokenizer as JSON."""

    rows: Numbers
    tokenizer: str

    def opened(self) -> StaticEmbeddings:
        """The model as it will be shipped, whole numbers and all."""
        with TemporaryDirectory() as folder:
            write_model(Path(folder), self.rows, self.tokenizer)
            return StaticEmbeddings(Path(folder))


def text_of(provision: Provision) -> str:
    """A provision as one text."""
    return f"{provision.title}. {provision.answer} {provision.first} {provision.never}".strip()


def train(content: Content, pieces: str = "") -> Trained:
    """Learn from content: a question and its provision, two questions of one, two words of one concept or topic.

    `pieces` is a tokenizer to keep; without it one is made of the content.
    """
    tokenizer = Tokenizer.from_str(pieces) if pieces else _tokenizer(content)
    turns = [list(_batches(_pairs(content, turn), turn)) for turn in range(_TURNS)]
    steps = sum(map(len, turns))
    return Trained(train_rows(tokenizer, DIMENSION, turns, steps, _RATE, _SEED), tokenizer.to_str())


def _tokenizer(content: Content) -> Tokenizer:
    """The pieces of words that the content is best written in; not the same to the byte every time."""
    found = Tokenizer(models.Unigram())
    found.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = [a.q for a in content.asked] + [s.q for s in content.signals] + [text_of(p) for p in content.provisions]
    unknown = "[UNK]"
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES, unk_token=unknown, special_tokens=[unknown], show_progress=False
    )
    found.train_from_iterator(texts, trainer)
    return found


def _pairs(content: Content, turn: int) -> list[Labelled]:
    draw = random.Random(_SEED + turn)  # noqa: S311 - the order of training, not a secret
    texts = {p.id: text_of(p) for p in content.provisions}
    groups: dict[str, list[str]] = defaultdict(list)
    for asked in content.asked:
        groups[asked.id].append(asked.q)
    for name, variants in content.glossary.items():
        if not is_alarm(name):  # what is alarming in the same way does not mean the same
            groups[f"concept {name}"] = [variant.strip("* ") for variant in variants]
    for signal in content.signals:
        if signal.topic:
            groups[f"topic {signal.topic}"].append(signal.q)
    pairs = [(a.q, texts[a.id], a.id) for a in content.asked]
    for about, members in groups.items():
        others = draw.sample(members, len(members))
        pairs += [(a, b, about) for a, b in zip(members, others, strict=True) if a != b]
    return pairs


def _batches(pairs: Sequence[Labelled], turn: int) -> Iterator[list[Pair]]:
    """The pairs in random batches without two about the same; what does not fit in a full batch at the end waits."""
    draw = random.Random(_SEED - turn)  # noqa: S311 - the order of training, not a secret
    waiting = draw.sample(pairs, len(pairs))
    while True:
        batch: dict[str, Pair] = {}
        left = []
        for first, second, about in waiting:
            if len(batch) < _BATCH and about not in batch:
                batch[about] = (first, second)
            else:
                left.append((first, second, about))
        if len(batch) < _BATCH // 2:
            return
        yield list(batch.values())
        waiting = left


def figures(content: Content, tell: Callable[[str], None]) -> None:
    """Tell what meaning adds to words: on voices held back, and on provisions held back, as if own documents."""
    for voices in _HELD_BACK:
        asked = [(a.q, a.id) for a in content.asked if a.voice in voices]
        rest = content.without(voices)
        tell(f"stemmen apart ({', '.join(voices)}): de afspraken met hun vragen")
        _tell_ranking(rest, rest.provisions, asked, train(rest), tell)
    ids = random.Random(_SEED).sample([p.id for p in content.provisions], len(content.provisions))  # noqa: S311
    for half in (set(ids[::2]), set(ids[1::2])):
        rest = replace(
            content,
            provisions=tuple(p for p in content.provisions if p.id not in half),
            asked=tuple(a for a in content.asked if a.id not in half),
        )
        asked = [(a.q, a.id) for a in content.asked if a.id in half]
        tell(f"{len(half)} afspraken apart, als eigen document zonder vragen")
        bare = replace(content, provisions=tuple(p for p in content.provisions if p.id in half), asked=())
        _tell_ranking(bare, bare.provisions, asked, train(rest), tell)


def _tell_ranking(
    content: Content,
    provisions: Sequence[Provision],
    asked: Sequence[tuple[str, str]],
    trained: Trained,
    tell: Callable[[str], None],
) -> None:
    asked = random.Random(_SEED).sample(asked, min(_SAMPLE, len(asked)))  # noqa: S311
    questions, gold = [q for q, _ in asked], np.array([[p.id for p in provisions].index(id) for _, id in asked])
    words = _word_shares(content, questions)
    model = trained.opened()
    meaning = model.vectors(questions) @ model.vectors([text_of(p) for p in provisions]).T
    tell(f"  alleen betekenis    {_hits(meaning, gold)}")
    for share in _SHARES:
        tell(f"  woorden + {share:<4} × betekenis {_hits(words + share * meaning, gold)}")


def _word_shares(content: Content, questions: Sequence[str]) -> Numbers:
    """Per question and provision: how much of what the question says the provision has."""
    reader = Reader(Concepts.from_groups(content.glossary), frozenset())
    arrays = weigh(documents(content, Readings(reader)), WEIGHTS)
    starts, at = arrays["starts"], {key: place for place, key in enumerate(arrays["keys"])}
    found = np.zeros((len(questions), len(content.provisions)), np.float32)
    for row, question in enumerate(questions):
        whole = 0.0
        for place in (at[n] for n in map(number, reader.features(question)) if n in at):
            here = slice(starts[place], starts[place + 1])
            found[row, list(arrays["documents"][here])] += np.array(arrays["scores"][here], np.float32)
            whole += max(arrays["scores"][here])
        found[row] /= whole or 1.0
    return found


def _hits(scores: Numbers, gold: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> str:
    better = (scores > scores[np.arange(len(gold)), gold][:, None]).sum(axis=1)
    return f"Hit@1 {(better == 0).mean():.3f}  Hit@3 {(better < 3).mean():.3f}  n={len(gold)}"


def main() -> None:
    """Train on everything and write the model, then print what it is worth.

    The tokenizer that is there is kept, so that the same content gives the same model; delete it to make a new one.
    """
    content = load_content(Sources())
    pieces = MODEL_FOLDER / "tokenizer.json"
    trained = train(content, pieces.read_text(encoding="utf-8") if pieces.is_file() else "")
    write_model(MODEL_FOLDER, trained.rows, trained.tokenizer)
    size = sum(file.stat().st_size for file in MODEL_FOLDER.iterdir())
    print(f"{MODEL_FOLDER.name}: {len(trained.rows)} stukjes × {DIMENSION}, {size / 1e6:.1f} MB", flush=True)
    figures(content, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
