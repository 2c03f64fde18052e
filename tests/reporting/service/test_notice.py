"""The command that hears of changes: run without a shell, its failure said."""

import sys

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.processes import RunInterruptedError, Stop
from bcforecast.reporting.service import command_words, notify


@pytest.fixture
def stop():
    stop = Stop()
    yield stop
    stop.close()


def test_the_document_comes_on_the_input_and_no_shell_is_between(tmp_path, stop):
    target = tmp_path / "a b; touch c"
    copy = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    words = command_words(f'{sys.executable} -c "{copy}" "{target}"')
    assert notify(words, {"变化": [1]}, stop=stop) is None
    assert target.read_text("utf-8") == '{\n  "变化": [\n    1\n  ]\n}\n'
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_command_that_fails_is_said_with_its_status(stop):
    words = command_words(f'{sys.executable} -c "import sys; sys.exit(7)"')
    said = notify(words, {}, stop=stop)
    assert said.render("en") == f"--notify: {sys.executable} failed: exit status 7"
    assert "运行失败：退出状态 7" in said.render("zh")


def test_a_file_that_cannot_be_run_is_said(tmp_path, stop):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\0\1\2")
    broken.chmod(0o755)
    assert "failed" in notify(command_words(str(broken)), {}, stop=stop).render("en")


@pytest.mark.parametrize("command", ["", "no-such-program a", '"open', "'"])
def test_a_command_that_is_none_is_refused_before_the_run(command):
    with pytest.raises(ReportError, match="--notify"):
        command_words(command)


def test_a_command_that_does_not_end_ends_with_the_run(stop):
    words = command_words(f'{sys.executable} -c "import signal; signal.pause()"')
    stop.ask(2)
    with pytest.raises(RunInterruptedError):
        notify(words, {}, stop=stop)
