"""Words point to a type; how well is said per class, beside always naming the commonest."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.domains.fraud.rules import suggesting

TOLD = [("刷单返利日结佣金", "rebate")] * 5 + [("涉嫌洗钱请转安全账户", "justice")] * 5


def test_words_point_to_what_they_were_learned_with(tmp_path: Path) -> None:
    model = suggesting.train(TOLD)
    model.save(tmp_path / "m.json")
    again = suggesting.load(tmp_path / "m.json")
    assert again == model
    assert suggesting.suggest(again, "兼职刷单佣金日结") == "rebate"
    assert suggesting.suggest(again, "您涉嫌洗钱") == "justice"
    assert suggesting.suggest(again, "hello") is None
    with pytest.raises(ValueError, match="two"):
        suggesting.train(TOLD[:5])


@given(st.text(max_size=30))
def test_chances_add_up(text: str) -> None:
    model = suggesting.train(TOLD)
    assert abs(sum(suggesting.chances(model, text).values()) - 1) < 1e-9


def test_a_score_of_nothing_is_not_zero() -> None:
    rows = suggesting.scores([("a", "a"), ("a", None), ("b", "a")])
    assert [(r.label, r.texts, r.precision, r.recall) for r in rows] == [
        ("a", 2, 0.5, 0.5),
        ("b", 1, None, 0.0),
    ]


def test_on_real_messages_it_beats_naming_the_commonest(shared: Path) -> None:
    """14,000 Chinese messages of fake base stations in 14 classes (their own, not fraud types)."""
    folder = shared / "data" / "fraud_text" / "fbs_sms"
    if not folder.is_dir():
        pytest.skip("the shared fraud texts are not here")
    known, asked = suggesting.folds(
        [pair for pair in suggesting.read_folder(folder) if pair[1] != "README"]
    )
    model = suggesting.train(known)
    pairs = [(label, suggesting.suggest(model, text)) for text, label in asked]
    right = sum(true == said for true, said in pairs) / len(pairs)
    commonest = Counter(label for _, label in known).most_common(1)[0][0]
    naive = sum(label == commonest for _, label in asked) / len(asked)
    rows = {row.label: row for row in suggesting.scores(pairs)}
    assert len(rows) >= 13 and naive < 0.45 and right > 0.9
    assert rows["FR_Phishing_Bank_"].recall > 0.95
    assert rows["Other"].recall < 0.2  # few, and of everything: it does not know them
