"""`livetrain backup` and `restore`: what goes in comes out; what cannot be trusted is refused in words."""

import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing

import pytest
import typer

from app import VERSION
from app.occupied import BACKUP, SERVER, SUPERVISOR, hold
from app.settings import Settings
from app.store import processes
from app.store.database import writing
from app.store.migrate import REVISIONS
from app.upkeep.backup import back_up
from app.upkeep.restore import restore
from ml.checkpoint_files import Name, read_facts
from ml.datasets import own
from ml.datasets.own_unpack import Wishes, unpack
from tests.checkpoints import log_it, save
from tests.made_files import loaded
from tests.made_zip import colours, packed
from tests.store import FakeWorker, new_job, new_store, texts


@pytest.fixture
def source(tmp_path):
    """A data folder with a job that trains, and has a checkpoint."""
    folder = tmp_path / "source"
    engine = new_store(folder)
    worker = FakeWorker(engine, new_job(engine))
    worker.steps(1, 9)
    save(folder, worker.job_id, 9)
    log_it(engine, worker.job_id, 9)
    with writing(engine) as connection:
        processes.register(connection, "busy", "worker", "busy")
        processes.enter(connection, "busy", "busy", worker.job_id)
    (folder / "cache").mkdir()
    (folder / "cache" / "large").write_bytes(b"0" * 100_000)
    yield folder, engine, worker.job_id
    engine.dispose()


@pytest.fixture
def backup(source, tmp_path):
    file = tmp_path / "kept.tar"
    back_up(Settings(data_dir=source[0]), file)
    return file


def refused(act, code=1):
    with pytest.raises(typer.Exit) as ended:
        act()
    assert ended.value.exit_code == code


def members(file):
    with tarfile.open(file) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def repack(file, changed):
    """The archive with other members, in this order; bytes, or a member as it is."""
    with tarfile.open(file, "w") as tar:
        for name, content in changed.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("name", ["kept.tar", "kept.tar.gz", "kept.tgz"])
def test_what_is_backed_up_is_restored(source, tmp_path, capsys, name):
    folder, engine, job_id = source
    file, target = tmp_path / name, tmp_path / "target"
    back_up(Settings(data_dir=folder), file)
    assert "1 job, 1 checkpoint" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, "source"]
    assert not (folder / "backup.partial").exists()
    restore(Settings(data_dir=target), file)
    assert "Restored 1 job and 1 checkpoint" in capsys.readouterr().out
    restored = new_store(target)
    assert texts(restored, job_id) == texts(engine, job_id)
    restored.dispose()
    assert read_facts(target / "checkpoints" / job_id, Name(9, 1))["step"] == 9
    with closing(sqlite3.connect(target / "livetrain.db")) as connection:
        assert connection.execute("SELECT count(*) FROM processes").fetchone() == (0,), "nobody works there"
        assert connection.execute("SELECT status FROM jobs").fetchone() == ("running",)
    assert not (target / "cache").exists(), "caches are made again"
    assert not list(target.glob("*.partial"))


def test_uploaded_data_sets_are_kept_and_restored(source, tmp_path, capsys):
    folder, _, _ = source
    uploading = own.root(folder) / f"{own.ADVANCING}mine"
    uploading.mkdir(parents=True)
    (uploading / own.ARCHIVE).write_bytes(packed(colours(4)))
    assert unpack(uploading, Wishes(8, 0.25, 0, flip_keeps_labels=False))
    (own.root(folder) / ".unpacking-other").mkdir()
    file, target = tmp_path / "kept.tar", tmp_path / "target"
    back_up(Settings(data_dir=folder), file)
    assert "1 uploaded data set" in capsys.readouterr().out
    restore(Settings(data_dir=target), file)
    assert "1 uploaded data set" in capsys.readouterr().out
    assert [path.name for path in own.root(target).iterdir()] == ["mine"]
    before, after = (loaded("mine", where)[1] for where in (folder, target))
    assert before.facts == after.facts
    assert (before.train_inputs == after.train_inputs).all()
    (target / "livetrain.db").unlink()
    shutil.rmtree(target / "checkpoints")
    refused(lambda: restore(Settings(data_dir=target), file))
    assert "holds uploaded data sets (mine)" in capsys.readouterr().err


def test_a_compressed_backup_is_one(source, tmp_path):
    file = tmp_path / "kept.tar.gz"
    back_up(Settings(data_dir=source[0]), file)
    assert file.read_bytes()[:2] == b"\x1f\x8b"


def test_the_manifest_says_what_it_is(backup):
    first, *_ = members(backup)
    manifest = json.loads(members(backup)["manifest.json"])
    assert first == "manifest.json"
    assert (manifest["version"], manifest["revision"]) == (VERSION, REVISIONS[-1])
    assert (manifest["jobs"], manifest["checkpoints"]) == (1, 1)


def test_a_backup_that_fails_leaves_the_former_one(source, backup, monkeypatch, capsys):
    before = backup.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device", str(backup))

    monkeypatch.setattr("app.upkeep.archive.os.fsync", full)
    refused(lambda: back_up(Settings(data_dir=source[0]), backup))
    assert "No space left on device" in capsys.readouterr().err
    assert backup.read_bytes() == before
    assert not backup.with_name("kept.tar.partial").exists()


def test_bad_names_and_folders_are_refused(source, tmp_path, capsys):
    refused(lambda: back_up(Settings(data_dir=source[0]), tmp_path / "kept.zip"), 2)
    assert "ends with .tar or .tar.gz" in capsys.readouterr().err
    refused(lambda: back_up(Settings(data_dir=tmp_path / "nowhere"), tmp_path / "kept.tar"))
    assert "There is no database at" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
    refused(lambda: back_up(Settings(data_dir=source[0]), tmp_path / "no" / "kept.tar"))
    assert "No such file or directory" in capsys.readouterr().err
    with closing(hold(source[0] / BACKUP)):
        refused(lambda: back_up(Settings(data_dir=source[0]), tmp_path / "kept.tar"))
    assert "Another backup" in capsys.readouterr().err


def test_an_occupied_folder_is_not_restored_into(source, backup, tmp_path, capsys):
    refused(lambda: restore(Settings(data_dir=source[0]), backup))
    assert "is there already, and is not overwritten" in capsys.readouterr().err
    target = tmp_path / "target"
    target.mkdir()
    for lock, who in ((SERVER, "A server works"), (SUPERVISOR, "A supervisor works")):
        with closing(hold(target / lock)):
            refused(lambda: restore(Settings(data_dir=target), backup))
        assert who in capsys.readouterr().err
    (target / "livetrain.db-wal").touch()
    refused(lambda: restore(Settings(data_dir=target), backup))
    assert "livetrain.db-wal is there already" in capsys.readouterr().err
    (target / "livetrain.db-wal").unlink()
    (target / "checkpoints" / "other").mkdir(parents=True)
    refused(lambda: restore(Settings(data_dir=target), backup))
    assert "holds checkpoints of other jobs" in capsys.readouterr().err


def test_workers_that_still_train_are_not_disturbed(backup, tmp_path, capsys):
    target = tmp_path / "target"
    target.mkdir()
    sleeping = ["sh", "-c", "read line", "app.jobs.worker", "--data-dir", str(target)]
    with subprocess.Popen(sleeping, stdin=subprocess.PIPE) as worker:
        refused(lambda: restore(Settings(data_dir=target), backup))
        assert f"(process {worker.pid})" in capsys.readouterr().err


def of_link(name, kind, target):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


TRICKS = {
    "../outside": b"x",
    "/tmp/outside": b"x",
    "checkpoints/../../outside": b"x",
    "checkpoints/job/1-9/../../../../outside": b"x",
    "checkpoints/job/1-9": of_link("checkpoints/job/1-9", tarfile.SYMTYPE, "/tmp"),
    "checkpoints/job/1-9/state.safetensors": of_link(
        "checkpoints/job/1-9/state.safetensors", tarfile.LNKTYPE, "livetrain.db"
    ),
    "livetrain.db-wal": b"x",
}


@pytest.mark.parametrize("name", TRICKS)
def test_members_that_no_backup_has_are_refused(backup, tmp_path, capsys, name):
    content = members(backup)
    checksums = content.pop("checksums.json")
    repack(backup, {**content, name: TRICKS[name], "checksums.json": checksums})
    refused(lambda: restore(Settings(data_dir=tmp_path / "deep" / "target"), backup))
    assert f"{name} is nothing that a backup holds" in capsys.readouterr().err
    assert_nothing_restored(tmp_path / "deep" / "target")
    assert not list(tmp_path.rglob("outside"))


def assert_nothing_restored(target):
    assert {path.name for path in target.iterdir()} <= {SERVER, SUPERVISOR}


def damaged(backup, name, change):
    content = members(backup)
    content[name] = change(content[name])
    repack(backup, content)


def newer(text):
    return json.dumps({**json.loads(text), "revision": "9999", "version": "7.0"}).encode()


def with_other_format(text):
    return json.dumps({**json.loads(text), "format": 2, "version": "7.0"}).encode()


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("manifest.json", newer, "is a backup of a newer Livetrain, 7.0"),
        ("manifest.json", with_other_format, "was written by a newer Livetrain, 7.0"),
        ("manifest.json", lambda _: b"{}", "is no backup of Livetrain"),
        ("manifest.json", lambda _: b"{", "cannot be read as a backup"),
        ("livetrain.db", lambda content: content[:-1] + b"!", "checksums do not agree"),
        ("checksums.json", lambda _: b"{}", "checksums do not agree"),
    ],
)
def test_what_was_changed_is_refused(backup, tmp_path, capsys, name, change, sentence):
    damaged(backup, name, change)
    refused(lambda: restore(Settings(data_dir=tmp_path / "target"), backup))
    assert sentence in capsys.readouterr().err
    assert_nothing_restored(tmp_path / "target")


def test_a_damaged_database_is_refused_though_its_checksum_agrees(backup, tmp_path, capsys):
    import hashlib

    content = members(backup)
    broken = content["livetrain.db"][:8192] + b"\xff" * 4096 + content["livetrain.db"][12288:]
    checksums = {**json.loads(content["checksums.json"]), "livetrain.db": hashlib.sha256(broken).hexdigest()}
    repack(backup, {**content, "livetrain.db": broken, "checksums.json": json.dumps(checksums).encode()})
    refused(lambda: restore(Settings(data_dir=tmp_path / "target"), backup))
    assert "The backup's database" in capsys.readouterr().err
    assert_nothing_restored(tmp_path / "target")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["kept.tar", "kept.tar.gz"])
def test_a_file_that_was_cut_short_is_refused(source, tmp_path, capsys, share, name):
    file = tmp_path / name
    back_up(Settings(data_dir=source[0]), file)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    refused(lambda: restore(Settings(data_dir=tmp_path / "target"), file))
    err = capsys.readouterr().err
    assert "cut short" in err or "cannot be read as a backup" in err
    assert_nothing_restored(tmp_path / "target")


def test_other_files_are_refused(tmp_path, capsys):
    for name, content in (("text.tar", b"hello"), ("empty.tar", b"")):
        (tmp_path / name).write_bytes(content)
        refused(lambda name=name: restore(Settings(data_dir=tmp_path / "target"), tmp_path / name))
        assert "backup" in capsys.readouterr().err
    refused(lambda: restore(Settings(data_dir=tmp_path / "target"), tmp_path / "nowhere.tar"))
    assert "No such file or directory" in capsys.readouterr().err


def test_an_older_backup_is_restored_and_upgraded_at_the_next_start(tmp_path):
    from tests.keep_release import DATA

    folder, target = tmp_path / "old", tmp_path / "target"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "livetrain.db")) as connection:
        connection.executescript((DATA / "schema_0001.sql").read_text())
    back_up(Settings(data_dir=folder), tmp_path / "old.tar")
    restore(Settings(data_dir=target), tmp_path / "old.tar")
    with closing(sqlite3.connect(target / "livetrain.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    new_store(target).dispose()
    with closing(sqlite3.connect(target / "livetrain.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[-1],)
