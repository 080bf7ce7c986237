"""The `tracker` command: each part explains itself, and wrong words are said in one line."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tracker.cli import main


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, by the words that call it."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.fixture
def run(tmp_path: Path):
    def call(*words: str) -> Result:
        environment = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": "", "SMTP_URL": ""}
        return CliRunner().invoke(main, list(words), env=environment)

    return call


@pytest.mark.parametrize("words", sorted(commands(main)), ids=" ".join)
def test_each_command_explains_itself(run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")
    explained = result.output.split("\n\n")[1].strip()
    assert explained[0].isupper()
    assert explained.endswith(".")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dance",), "No such command 'dance'. See tracker --help."),
        (("--loud",), "No such option '--loud'. See tracker --help."),
        (("user", "dance"), "No such command 'dance'. See tracker user --help."),
        (("user", "add"), "Missing argument 'EMAIL'. See tracker user add --help."),
        (("user", "add", "maya@example.com"), "Missing option '--name'. See tracker user add --help."),
        (("up", "--port", "1"), "No such option '--port'. See tracker up --help."),
        (("tick", "outbox", "again"), "Got unexpected extra argument (again). See tracker tick --help."),
        (("tick", "dance"), "Invalid value for NAME: There is no 'dance'; there are: "),
        (("candidates", "import", "/nowhere.csv", "--requisition", "MLE-1"), "File '/nowhere.csv' does not exist"),
    ],
)
def test_wrong_words_are_said_in_one_line(run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert said in result.output


@pytest.mark.parametrize("words", [("user", "list"), ("verify",), ("tick", "outbox")])
def test_a_database_without_tables_says_what_to_do(run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, result.output) == (
        2,
        "Error: The database is not at the newest revision; run tracker migrate.\n",
    )
