"""What a signal does to a process that has taken it over."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

HEAD = """
import signal, sys, threading, time
from flows.operate.stopping import install, on_stop
install()
def act(number): print("acted", number.name, flush=True)
def hang(number): print("hangs", flush=True); time.sleep(1000)
def ready():
    print("ready", flush=True)
    try:
        while True: time.sleep(1000)
    except BaseException as error: print("unwound", error, flush=True)
"""


def stopped(body: str, *numbers: signal.Signals, after: str = "ready") -> tuple[int, str, str]:
    """Exit code and output of a program that gets each signal after the line that it waits for."""
    with subprocess.Popen(
        [sys.executable, "-c", HEAD + body],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stderr is not None
        said = ""
        for number in numbers:
            while (line := program.stdout.readline()) not in ("", f"{after}\n"):
                said += line
            program.send_signal(number)
            after = "hangs"
        return program.wait(60), said + program.stdout.read(), program.stderr.read()


def test_ctrl_c_ends_a_program_with_130_and_no_traceback() -> None:
    assert stopped("ready()", signal.SIGINT) == (130, "", "")


def test_sigterm_ends_a_program_with_143() -> None:
    assert stopped("ready()", signal.SIGTERM) == (143, "", "")


def test_within_a_block_its_act_runs_and_its_message_is_printed() -> None:
    body = "with on_stop(act, message='stopped, nothing is lost'): ready()"
    assert stopped(body, signal.SIGINT) == (130, "acted SIGINT\n", "stopped, nothing is lost\n")


def test_after_a_block_its_act_is_forgotten() -> None:
    body = "with on_stop(act, message='stopped'): pass\nready()"
    assert stopped(body, signal.SIGINT) == (130, "", "")


def test_a_service_may_end_with_0_when_it_is_terminated() -> None:
    body = "with on_stop(act, message='stopped', terminated_code=0): ready()"
    assert stopped(body, signal.SIGTERM)[0] == 0
    assert stopped(body, signal.SIGINT)[0] == 130


def test_an_act_that_hangs_is_not_waited_for() -> None:
    body = "with on_stop(hang, message='stopped'): ready()"
    assert stopped(body, signal.SIGINT)[0] == 130


def test_a_second_ctrl_c_does_not_wait_for_the_act() -> None:
    body = "with on_stop(hang, message='stopped', seconds=1000): ready()"
    assert stopped(body, signal.SIGINT, signal.SIGINT)[0] == 130


def test_nothing_after_the_block_runs_once_it_is_stopped() -> None:
    body = """
def free(number): gate.set(); time.sleep(0.3)
gate = threading.Event()
with on_stop(free, message='stopped'):
    print("ready", flush=True); gate.wait()
print("went on", flush=True)
"""
    assert stopped(body, signal.SIGINT) == (130, "", "stopped\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ignored_signal_stays_ignored(number: signal.Signals) -> None:
    program = f"""
import os, signal
from flows.operate.stopping import install
signal.signal({number}, signal.SIG_IGN)
install()
os.kill(os.getpid(), {number})
print("alive")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "alive\n")
