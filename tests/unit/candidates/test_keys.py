"""Equal people have equal keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.candidates.keys import (
    email_base,
    email_key,
    fold,
    is_email,
    phone_key,
    profile_address,
    query_words,
    same_phone,
    search_name,
    search_words,
    web_address,
)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Şahin-Korkmaz, Elif", "sahin korkmaz elif"),
        ("Jindřiška Malý", "jindriska maly"),
        ("Øyvind Łódź", "oyvind lodz"),
        ("Đặng Thị Hồng", "dang thi hong"),
        ("Bruce O'Malley", "bruce omalley"),
        ("Bruce O’Malley", "bruce omalley"),
        ("STRAẞE Straße", "strasse strasse"),
        ("İzmir Iğdır", "izmir igdir"),
        ("  Ада   Лавлейс ", "ада лавлеис"),
        ("魏 成", "魏 成"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
        ("...", ""),
    ],
)
def test_names_fold(name: str, folded: str) -> None:
    assert search_name(name) == folded


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert search_name(search_name(text)) == search_name(text)


@given(st.text())
def test_a_name_is_found_by_each_of_its_words(text: str) -> None:
    words = search_words(name=text)
    assert all(any(word.startswith(asked) for word in words) for asked in query_words(text)[:6] if "@" not in asked)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Matias.Barbero@Example.Com ", "matias.barbero@example.com"),
        ("\u00a0bachittar.naik@example.com", "bachittar.naik@example.com"),
        ("aka\u200bnmu@mail.example", "akanmu@mail.example"),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_addresses_have_a_key(text: str | None, key: str | None) -> None:
    assert email_key(text) == key


def test_a_mailbox_is_the_address_without_its_tag() -> None:
    assert email_base("josef.vanek+jobs@post.example") == "josef.vanek@post.example"
    assert email_base("+tag@post.example") == "+tag@post.example"


@pytest.mark.parametrize("text", ["a@example.com", "a.b+c@mail.example", "o'neil@x.example", "jürgen@example.org"])
def test_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "two@@example.com", "space in@example.com", "тест@", "dots@example..com", "n/a", "lonely@", "@example.org",
        "no-at-sign.example.com", "trailing.dot.@example.com", "semi;colon@example.com", "umlaut@exämple", "",
        ".first@example.com", "a..b@example.com", "a@localhost", "a@-x.example", "a@1.2.3.4", "a@b.example\n",
        "Ann <a@example.com>", "x" * 250 + "@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("+49 30 23125 750", "+493023125750"),
        ("0049 30 23125 750", "+493023125750"),
        ("030/23125750", "3023125750"),
        ("+44 (0)20 7946 0239", "+442079460239"),
        ("020 7946 0239", "2079460239"),
        ("(503) 555-0174", "+15035550174"),
        ("503.555.0174", "+15035550174"),
        ("+1 (503) 555 0174", "+15035550174"),
        ("1503 555 0174", "+15035550174"),
        ("+1 503 555 0174 ext. 12", "+15035550174"),
        ("no number", None),
        ("000", None),
        ("+", None),
        ("", None),
        (None, None),
    ],
)
def test_numbers_have_a_key(text: str | None, key: str | None) -> None:
    assert phone_key(text) == key


def test_numbers_are_the_same_when_only_the_country_is_missing() -> None:
    assert same_phone("+493023125750", "3023125750")
    assert same_phone("+15035550174", "+15035550174")
    assert not same_phone("+493023125750", "+443023125750")
    assert not same_phone("12345", "+4912345")
    assert not same_phone(None, None)


@given(st.text())
def test_any_text_has_a_key_or_none(text: str) -> None:
    key = phone_key(text)
    assert key is None or (key.removeprefix("+").isascii() and key.removeprefix("+").isdigit())
    address = email_key(text)
    assert address is None or email_key(address) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("linkedin.com/in/Ada/", "https://www.linkedin.com/in/Ada"),
        ("http://de.linkedin.com/in/ada?trk=x#y", "https://www.linkedin.com/in/ada"),
        ("https://GitHub.com/ada/", "https://github.com/ada"),
        ("example.org/~ada?page=2", "https://example.org/~ada?page=2"),
        ("http://example.org:8080/", "http://example.org:8080"),
        ("", None),
        (None, None),
    ],
)
def test_profiles_have_one_form(text: str | None, address: str | None) -> None:
    assert profile_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "javascript://x.example/%0aalert(1)",
        "ada",
        "https://",
        "a b.example",
        "https://u:p@x.example",
        "http://[::1",
        "https://x.example:99999/",
    ],
)
def test_what_is_no_web_address(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        web_address(text)
