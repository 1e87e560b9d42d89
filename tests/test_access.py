"""The tokens: made once, kept, compared in constant time, and not to be found by trying."""

import hmac
import stat

import pytest
from starlette.datastructures import Headers

from app import access as access_module
from app.access import TOKEN_FILE, Access, Right, kept_secret
from app.guesses import MOST_CALLERS, MOST_WRONG, WINDOW_SECONDS, Guesses, TooManyGuesses, neighbourhood

HERE = "192.0.2.1"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def kept_token(folder):
    return kept_secret(folder, TOKEN_FILE)


def test_a_token_is_made_once_and_kept(tmp_path):
    token = kept_token(tmp_path)
    assert len(token) >= 32
    assert kept_token(tmp_path) == token
    assert (tmp_path / "token").read_text() == token
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_every_data_folder_has_its_own(tmp_path):
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    assert len({kept_token(folder) for folder in folders}) == 2


def test_only_its_owner_can_read_it(tmp_path):
    kept_token(tmp_path)
    assert mode(tmp_path / "token") == 0o600
    (tmp_path / "token").chmod(0o644)
    kept_token(tmp_path)
    assert mode(tmp_path / "token") == 0o600


def test_an_empty_file_is_no_token(tmp_path):
    (tmp_path / "token").write_text("\n")
    assert len(kept_token(tmp_path)) >= 32


@pytest.mark.parametrize(
    "given", ["the token", "the tokeN", "t", "", "the token and then some", "x" * 10_000, "to watch", "é"]
)
def test_every_verdict_is_one_of_equal_length_comparisons_in_constant_time(monkeypatch, given):
    gate, compared = Access("the token", "to watch"), []

    def compare(one, other):
        compared.append((type(one), len(one), len(other)))
        return hmac.compare_digest(one, other)

    class Recorded:
        new = staticmethod(hmac.new)
        compare_digest = staticmethod(compare)

    monkeypatch.setattr(access_module, "hmac", Recorded)
    expected = {"the token": Right.STEER, "to watch": Right.WATCH}.get(given)
    assert gate.try_token(given, HERE) is expected
    assert compared == [(bytes, 32, 32)] * 2, "both are compared, whichever it is, and as digests"
    monkeypatch.setattr(Recorded, "compare_digest", staticmethod(lambda *_: False))
    assert gate.try_token("the token", HERE) is None, "nothing else decides"
    assert (
        gate.right_of(Headers({"cookie": f"{gate.cookie_name}={gate.cookie_of(Right.STEER)}"}), HERE) is None
    )


def test_a_cookie_is_of_one_token_one_right_and_one_server():
    gate = Access("a", "b", "key")
    cookies = {gate.cookie_of(right) for right in Right}
    cookies |= {Access("b", "a", "key").cookie_of(right) for right in Right}
    cookies |= {Access("a", "b", "another key").cookie_of(right) for right in Right}
    assert len(cookies) == 6
    assert Access("a", "", "key").cookie_of(Right.STEER) == gate.cookie_of(Right.STEER)


def test_without_a_token_nothing_is_one():
    assert Access("").is_open
    assert Access("").try_token("", HERE) is None
    assert not Access("", "to watch").is_open, "a viewer's token alone lets nobody else in"


class Clock:
    """Stands until it is set."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_wrong_tokens_are_counted_and_then_none_is_looked_at(monkeypatch):
    gate = Access("the token", key="key")
    clock = Clock()
    monkeypatch.setattr(gate, "_guesses", Guesses(clock))
    for guess in range(MOST_WRONG):
        assert gate.try_token(str(guess), HERE) is None
    for given in ("the token", "another"):
        with pytest.raises(TooManyGuesses) as refused:
            gate.try_token(given, HERE)
        assert refused.value.seconds == WINDOW_SECONDS
    assert gate.try_token("the token", "192.0.2.2") is Right.STEER, "others are not locked out"
    cookie = Headers({"cookie": f"{gate.cookie_name}={gate.cookie_of(Right.STEER)}"})
    assert gate.right_of(cookie, HERE) is Right.STEER, "nor is who is logged in"
    clock.now += WINDOW_SECONDS - 1
    with pytest.raises(TooManyGuesses, match="wait 1 second, then"):
        gate.try_token("the token", HERE)
    clock.now += 1
    assert gate.try_token("the token", HERE) is Right.STEER


def test_the_same_wrong_token_again_is_no_further_guess():
    gate = Access("the token")
    for _ in range(10 * MOST_WRONG):
        assert gate.try_token("of last week", HERE) is None
    assert gate.try_token("the token", HERE) is Right.STEER


def test_a_bearer_token_and_a_log_in_are_counted_together():
    gate = Access("the token")
    for guess in range(MOST_WRONG):
        assert gate.right_of(Headers({"authorization": f"Bearer {guess}"}), HERE) is None
    with pytest.raises(TooManyGuesses):
        gate.try_token("the token", HERE)


def test_a_whole_network_of_addresses_is_one_caller():
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("::ffff:192.0.2.1") == neighbourhood("192.0.2.1")
    assert neighbourhood("192.0.2.1") != neighbourhood("192.0.2.2")
    assert neighbourhood("") == ""


def test_what_is_remembered_of_callers_has_a_bound():
    guesses = Guesses(Clock())
    for number in range(2 * MOST_CALLERS):
        guesses.note(f"10.0.{number // 256}.{number % 256}", b"wrong")
    assert len(guesses._wrong) == MOST_CALLERS
