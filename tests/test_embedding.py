import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from knowledge.embedding import MODEL_FOLDER, EmbeddingError, StaticEmbeddings, open_embedding, write_model
from knowledge.library import Library
from tests.own_files import ROOT

MODELS = find_spec("sentence_transformers") is not None
needs_models = pytest.mark.skipif(
    not MODELS, reason="the extra `models` (sentence-transformers, torch) is not installed"
)

PIECES = Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")).get_vocab_size()


@pytest.fixture(scope="module")
def shipped() -> StaticEmbeddings:
    return StaticEmbeddings()


def test_the_shipped_model_is_small() -> None:
    assert sum(file.stat().st_size for file in MODEL_FOLDER.iterdir()) <= 4_000_000
    assert {file.name for file in MODEL_FOLDER.iterdir()} == {"model.safetensors", "tokenizer.json"}


def test_vectors_have_length_one(shipped: StaticEmbeddings) -> None:
    rows = shipped.vectors(["wie bel ik", "Ouders weigeren toestemming", "x" * 5000, "日本"])
    assert rows.shape == (4, shipped.identity.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_text_without_words_is_all_zeros(shipped: StaticEmbeddings) -> None:
    assert not any(shipped.embed_query(""))


def test_a_text_means_the_same_alone_and_among_others(shipped: StaticEmbeddings) -> None:
    together = shipped.embed_documents(["mag ik het CJG bellen", "kind komt niet meer naar school"])
    assert np.allclose(together[1], shipped.embed_query("kind komt niet meer naar school"))


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("pa en ma zeggen nee", "ouders geven geen toestemming", "het samenwerkingsverband betaalt"),
        ("moeder werkt niet mee", "ouders weigeren", "de wachttijd bij de jeugdhulp"),
        ("wie trekt de kar", "wie heeft de regie", "welke gegevens mogen worden gedeeld"),
        ("peuter gaat van mkd af", "overgang van voorschoolse voorziening naar school", "klacht over de jeugdhulp"),
    ],
)
def test_words_of_the_field_that_mean_the_same_are_near(
    shipped: StaticEmbeddings, question: str, near: str, far: str
) -> None:
    asked, right, wrong = shipped.vectors([question, near, far])
    assert float(asked @ right) > float(asked @ wrong) + 0.1


def test_its_own_questions_find_their_provision(shipped: StaticEmbeddings, library: Library) -> None:
    provisions = list(library.provisions.values())
    titles = shipped.vectors([p.title for p in provisions])
    texts = shipped.vectors([f"{p.title}. {p.answer} {p.first} {p.never}".strip() for p in provisions])
    best = (titles @ texts.T).argmax(axis=1)
    assert (best == np.arange(len(provisions))).mean() > 0.8


def test_a_damaged_model_is_told_in_dutch(tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_bytes((MODEL_FOLDER / name).read_bytes())
    whole = StaticEmbeddings(tmp_path)
    assert whole.identity == StaticEmbeddings().identity
    for name in ("model.safetensors", "tokenizer.json"):
        kept = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(kept[:1000])
        with pytest.raises(EmbeddingError, match="taalmodel is beschadigd"):
            StaticEmbeddings(tmp_path)
        (tmp_path / name).write_bytes(kept)


def test_another_table_is_another_identity(tmp_path: Path) -> None:
    tokenizer = (MODEL_FOLDER / "tokenizer.json").read_text(encoding="utf-8")
    rows = np.random.default_rng(1).normal(size=(PIECES, 16)).astype(np.float32)
    write_model(tmp_path, rows, tokenizer)
    other = StaticEmbeddings(tmp_path)
    assert other.identity != StaticEmbeddings().identity
    assert other.identity.dimension == 16


def test_keeping_rows_as_whole_numbers_changes_next_to_nothing(tmp_path: Path) -> None:
    rows = np.random.default_rng(2).normal(size=(PIECES, 64)).astype(np.float32)
    write_model(tmp_path, rows, (MODEL_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    kept = StaticEmbeddings(tmp_path)
    exact = rows[kept._tokenizer.encode("wie heeft de regie", add_special_tokens=False).ids].mean(axis=0)
    assert kept.vectors(["wie heeft de regie"])[0] @ (exact / np.linalg.norm(exact)) > 0.999


def test_the_shipped_model_needs_no_torch() -> None:
    code = (
        "import sys; from knowledge.embedding import open_embedding; open_embedding().embed_query('wie bel ik');"
        "print(*(m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


@pytest.mark.skipif(MODELS, reason="the extra `models` is installed")
def test_without_the_extra_another_model_is_refused_in_dutch() -> None:
    with pytest.raises(EmbeddingError, match=r"pip install 'wegwijzer\[models\]'"):
        open_embedding("some/model")


@needs_models
@pytest.mark.filterwarnings("ignore")
def test_any_sentence_transformers_model_takes_its_place(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    identities = []
    for seed in (1, 2):
        rows = np.random.default_rng(seed).normal(size=(PIECES, 8)).astype(np.float32)
        table = StaticEmbedding(Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")), embedding_weights=rows)
        SentenceTransformer(modules=[table], device="cpu").save(str(tmp_path / "model"))
        opened = open_embedding(str(tmp_path / "model"))
        vector = np.array(opened.embed_query("wie bel ik"))
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)
        assert np.allclose(opened.embed_documents(["wie bel ik"])[0], vector, atol=1e-5)
        identities.append(opened.identity)
    # The same name and length, other weights: another model.
    assert identities[0].model == identities[1].model
    assert identities[0].digest != identities[1].digest


@needs_models
@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_not_there_is_told_in_dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbeddingError, match="WEGWIJZER_EMBEDDING_MODEL"):
        open_embedding(str(tmp_path / "nergens"))


@needs_models
@pytest.mark.filterwarnings("ignore")
def test_weights_in_a_pickle_are_not_opened(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    rows = np.ones((PIECES, 8), np.float32)
    table = StaticEmbedding(Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")), embedding_weights=rows)
    SentenceTransformer(modules=[table], device="cpu").save(str(tmp_path), safe_serialization=False)
    assert [*tmp_path.rglob("pytorch_model.bin")]
    with pytest.raises(EmbeddingError, match=r"pytorch_model\.bin.*safetensors"):
        open_embedding(str(tmp_path))
