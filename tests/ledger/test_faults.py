"""A ledger that can't be used: a clear word, calls without a budget go on, calls on a budget are not made."""

import os
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect

from juryroom_server.ledger.address import Address, LedgerError, find_address
from juryroom_server.ledger.database import Database
from juryroom_server.ledger.migrations import MIGRATIONS
from juryroom_server.ledger.schema import metadata
from juryroom_server.models.accounting import BudgetError

from .material import Place, intent, result, sqlite_url

ROOT = Path(__file__).parent.parent.parent


async def refuses_with_a_budget_and_goes_on_without(place: Place) -> str:
    """What is said of a ledger that can't be used, after seeing that both hold."""
    budgeted, free = place.ledger(day="5"), place.ledger()
    with pytest.raises(BudgetError, match="not asked, because a budget is set") as caught:
        await budgeted.reserve(intent())
    await free.settle(await free.reserve(intent()), result())
    await budgeted.reserve(intent("0"))  # what costs nothing needs no books
    for ledger in (budgeted, free):
        await ledger.aclose()
    assert free.problem
    assert free.problem.removesuffix("; what models cost is not recorded") in str(caught.value)
    return free.problem


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "ledger.sqlite3"
    path.parent.mkdir()
    return path


@pytest.fixture
def lite(tmp_path: Path) -> Place:
    return Place(sqlite_url(tmp_path))


# nothing else runs in their event loops
# ruff: noqa: ASYNC240


async def test_case_59_a_damaged_file_is_named_and_left_as_it_is(lite: Place, file: Path):
    file.write_bytes(b"not a database, and longer than its header" * 100)
    said = await refuses_with_a_budget_and_goes_on_without(lite)
    assert str(file) in said
    assert "move it away to begin a new one" in said
    assert file.read_bytes().startswith(b"not a database")


async def test_case_59_a_file_damaged_in_the_middle_is_named(lite: Place, file: Path):
    ledger = lite.ledger()
    for _ in range(30):
        await ledger.settle(await ledger.reserve(intent()), result())
    await ledger.aclose()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
    assert str(file) in await refuses_with_a_budget_and_goes_on_without(lite)


@pytest.mark.parametrize("kind", ["folder", "fifo", "below a file"])
async def test_case_59_what_is_no_file_is_refused_without_waiting(lite: Place, file: Path, kind: str):
    if kind == "folder":
        file.mkdir()
    elif kind == "fifo":
        os.mkfifo(file)
    else:
        file.parent.rmdir()
        file.parent.write_text("")
    assert str(file) in await refuses_with_a_budget_and_goes_on_without(lite)


async def test_case_59_a_newer_schema_is_left_alone(place: Place):
    database = Database(place.address, (*MIGRATIONS, ("CREATE TABLE more (id INTEGER)",)))
    database.close()
    said = await refuses_with_a_budget_and_goes_on_without(place)
    assert f"newer juryroom (schema {len(MIGRATIONS) + 1}; this one knows {len(MIGRATIONS)}); update juryroom" in said


async def test_case_59_an_older_schema_is_brought_up_to_date_and_keeps_its_calls(place: Place):
    ledger = place.ledger()
    await ledger.settle(await ledger.reserve(intent()), result())
    await ledger.aclose()
    before = place.rows()
    database = Database(place.address, (*MIGRATIONS, ("ALTER TABLE call ADD COLUMN note VARCHAR(9)",)))
    database.close()
    database = Database(place.address, (*MIGRATIONS, ("ALTER TABLE call ADD COLUMN note VARCHAR(9)",)))
    assert "note" in {column["name"] for column in inspect(database.engine).get_columns("call")}
    database.close()
    assert before == [{**row} for row in place.rows()]


async def test_a_migration_that_fails_leaves_everything_as_it_was(place: Place):
    Database(place.address).close()
    with pytest.raises(LedgerError, match="can't be used"):
        Database(place.address, (*MIGRATIONS, ("CREATE TABLE more (id INTEGER)", "CREATE TABLE call (id INTEGER)")))
    ledger = place.ledger(day="1")
    await ledger.reserve(intent())  # still the present schema
    await ledger.aclose()


def test_the_migrations_lead_to_the_tables_that_the_queries_use(place: Place):
    database = Database(place.address)
    found = inspect(database.engine)
    for table in metadata.tables.values():
        columns = found.get_columns(table.name)
        assert [column["name"] for column in columns] == [column.name for column in table.columns]
        kinds = [column["type"]._type_affinity for column in columns]
        assert kinds == [column.type._type_affinity for column in table.columns]
    database.close()


def test_the_file_is_its_owners_alone(lite: Place, file: Path):
    file.touch(mode=0o644)
    file.chmod(0o644)
    books = lite.books()
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == dict.fromkeys(
        ("ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm"), 0o600
    )
    books.database.close()


LIMITED = """
import os, resource, sys
import anyio
from tests.ledger.material import Place, intent, result
from juryroom_server.models.accounting import BudgetError

async def main(url, room):
    free, budgeted = Place(url).ledger(), Place(url).ledger(day="5")
    await free.settle(await free.reserve(intent()), result())
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    for _ in range(300):
        await free.settle(await free.reserve(intent()), result())
        try:
            await budgeted.settle(await budgeted.reserve(intent("0.0001")), result("0.0001"))
        except BudgetError as error:
            print("REFUSED", error)
    print("PROBLEM", free.problem)

anyio.run(main, *sys.argv[1:])
"""


def test_case_59_a_full_disk_stops_what_has_a_budget_and_nothing_else(tmp_path: Path):
    url = sqlite_url(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, url, "300000"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "REFUSED" in done.stdout
    assert "not asked, because a budget is set" in done.stdout
    assert "make room" in done.stdout or "has room" in done.stdout
    assert "PROBLEM the ledger" in done.stdout
    place = Place(url)  # and afterwards all is well
    assert place.held()
    place.close()


READ_ONLY = """
import os, sys
from pathlib import Path
import anyio
from tests.ledger.material import Place, intent, result
from juryroom_server.models.accounting import BudgetError

async def main(folder):
    url = f"sqlite:///{folder}/ledger.sqlite3"
    first = Place(url).ledger()
    await first.settle(await first.reserve(intent()), result())
    await first.aclose()
    for path in (*Path(folder).iterdir(), Path(folder)):
        path.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)  # root may write everywhere
    free, budgeted = Place(url).ledger(), Place(url).ledger(day="5")
    await free.settle(await free.reserve(intent()), result())
    try:
        await budgeted.reserve(intent())
    except BudgetError as error:
        print("REFUSED", error)
    print("PROBLEM", free.problem)

anyio.run(main, sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")
def test_case_59_a_file_that_may_only_be_read_is_named():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # others can't get into pytest's
        Path(folder).chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, folder], cwd=ROOT, capture_output=True, text=True, check=True
        )
        Path(folder).chmod(0o755)
    assert f"PROBLEM the ledger {folder}/ledger.sqlite3 can't be used" in done.stdout
    assert "it is read-only; give yourself write access" in done.stdout
    assert "REFUSED" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")
def test_case_59_a_folder_that_is_not_ours_is_named():
    unwritable = "/proc/1/juryroom" if os.geteuid() == 0 else "/juryroom"  # root may write everywhere else
    script = LIMITED.replace("range(300)", "range(1)")
    done = subprocess.run(
        [sys.executable, "-c", script, f"sqlite:///{unwritable}/ledger.sqlite3", ""],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip  # words, not a list to read down
    assert f"PROBLEM the ledger {unwritable}/ledger.sqlite3 can't be used" in done.stdout
    assert "REFUSED" in done.stdout


def test_opening_it_again_in_one_process_keeps_the_locks_of_the_first(lite: Place, file: Path):
    first = lite.books()
    second = lite.books()
    second.database.close()
    # another process that leaves deletes the log, unless it sees that somebody is still there
    script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM total'); c.close()"
    subprocess.run([sys.executable, "-c", script, file], check=True)
    assert Path(f"{file}-wal").exists()
    first.database.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:hunter2@host/db", "JURYROOM_DATABASE_URL should begin with postgresql://"),
        ("hunter2", "JURYROOM_DATABASE_URL should begin with postgresql://"),
    ],
)
def test_a_url_of_something_else_is_refused_without_repeating_it(url: str, said: str):
    with pytest.raises(LedgerError, match=said) as caught:
        find_address({"JURYROOM_DATABASE_URL": url})
    assert "hunter2" not in str(caught.value)


async def test_a_server_that_is_not_there_is_named_without_its_password():
    place = Place("postgresql://me:hunter2@127.0.0.1:1/books")
    said = await refuses_with_a_budget_and_goes_on_without(place)
    assert "postgresql://127.0.0.1:1/books can't be used" in said
    assert "refused" in said
    assert "hunter2" not in said


def test_without_a_word_the_ledger_is_in_the_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert find_address({}).file == tmp_path / "juryroom" / "ledger.sqlite3"


def test_new_files_that_several_open_at_once_are_opened_by_all(tmp_path: Path):
    """SQLite refuses some of those who change a new file's mode together, at once and whatever their timeout."""
    failed: list[LedgerError] = []
    for number in range(80):  # one round in forty failed
        start = threading.Barrier(4)

        def come(file: Path, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                Database(Address(file=file)).close()
            except LedgerError as error:
                failed.append(error)

        those = [threading.Thread(target=come, args=(tmp_path / f"{number}.sqlite3",)) for _ in range(4)]
        for one in those:
            one.start()
        for one in those:
            one.join()
    assert failed == []
