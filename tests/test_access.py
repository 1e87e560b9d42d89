"""The generated token: made once, kept, and nobody else's to read."""

import stat

from app.access import kept_token


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


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
