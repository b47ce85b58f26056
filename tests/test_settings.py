from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, names


def load(folder: Path, environment: dict[str, str] | None = None) -> Settings:
    return load_settings(environment or {}, folder / ".env")


def test_without_any_setting_there_is_a_database_in_the_data_folder(tmp_path: Path) -> None:
    settings = load(tmp_path, {"WEGWIJZER_HOME": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path / 'wegwijzer.db'}"
    assert (settings.timezone, settings.knowledge, settings.coordinators) == ("Europe/Amsterdam", None, ())
    assert load(tmp_path).home.name == "wegwijzer"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WEGWIJZER_TIMEZONE=Europe/Paris\nWEGWIJZER_DATABASE_URL='sqlite:///x.db'\n")
    assert load(tmp_path).timezone == "Europe/Paris"
    settings = load(tmp_path, {"WEGWIJZER_TIMEZONE": "Europe/Brussels"})
    assert (settings.timezone, settings.database) == ("Europe/Brussels", "sqlite:///x.db")


def test_an_empty_setting_counts_as_none(tmp_path: Path) -> None:
    assert load(tmp_path, {"WEGWIJZER_TIMEZONE": "", "WEGWIJZER_KNOWLEDGE": ""}).timezone == "Europe/Amsterdam"


def test_names_are_given_with_commas(tmp_path: Path) -> None:
    assert load(tmp_path, {"WEGWIJZER_COORDINATORS": "iris, tom,,"}).coordinators == ("iris", "tom")


def test_every_wrong_setting_is_told_in_a_line_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {"WEGWIJZER_TIMEZONE": "Mars/Noord", "WEGWIJZER_KNOWLEDGE": str(tmp_path / "weg")})
    assert sorted(str(caught.value).splitlines()) == [
        f"WEGWIJZER_KNOWLEDGE: de map {tmp_path / 'weg'} bestaat niet; maak hem of laat de instelling leeg",
        "WEGWIJZER_TIMEZONE: 'Mars/Noord' is geen tijdzone; schrijf bijvoorbeeld Europe/Amsterdam",
    ]


def test_a_time_zone_that_points_out_of_the_tables_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is geen tijdzone"):
        load(tmp_path, {"WEGWIJZER_TIMEZONE": "../../etc/passwd"})


def test_the_key_is_not_shown_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load(tmp_path, {"WEGWIJZER_SECRET_KEY": "zeer geheim"})
    assert settings.secret_key.get_secret_value() == "zeer geheim"
    address = "postgresql://iris:zeer%20geheim@server/wegwijzer"
    assert load(tmp_path, {"WEGWIJZER_DATABASE_URL": address}).database == address
    settings = load(tmp_path, {"WEGWIJZER_SECRET_KEY": "zeer geheim", "WEGWIJZER_DATABASE_URL": address})
    assert not any(secret in repr(settings) + str(settings) for secret in ("zeer geheim", "zeer%20geheim"))


def test_other_variables_are_ignored_and_the_names_are_listed(tmp_path: Path) -> None:
    assert load(tmp_path, {"PATH": "/bin", "WEGWIJZER_ONBEKEND": "x"}).timezone == "Europe/Amsterdam"
    assert {"WEGWIJZER_HOME", "WEGWIJZER_DATABASE_URL", "WEGWIJZER_KNOWLEDGE", "WEGWIJZER_SECRET_KEY"} <= set(names())
