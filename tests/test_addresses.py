import pytest

from bot.addresses import key_of, on_platform


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cora", "terminal:cora"),
        ("U024BE7LH", "slack:U024BE7LH"),
        ("slack:U1", "slack:U1"),
        ("@cora:school.nl", "matrix:@cora:school.nl"),
        ("matrix:@cora:school.nl", "matrix:@cora:school.nl"),
        ("Ursula", "terminal:Ursula"),
    ],
)
def test_a_name_in_the_settings_is_a_key(name: str, key: str) -> None:
    assert key_of(name) == key


def test_the_first_on_a_platform_is_asked() -> None:
    names = ("cora", "U024BE7LH", "U999BE7LH")
    assert on_platform(names, "slack") == "slack:U024BE7LH"
    assert on_platform(names, "matrix") == ""
