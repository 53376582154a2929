"""``gongbao refresh``: one run of the flow, with its progress and results on the console.

The order is chosen for the wait: the embedded server starts first, and while it comes up this
process imports what the run needs.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.shared import make_console
from flows.model import clock
from flows.model.errors import FetchError, UsageError
from flows.model.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from flows.operate.server import PrefectServer
    from flows.run.summary import RunSummary


def refresh(
    mirror: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="Take the releases from a mirror: a folder with index.csv (columns file,url), "
            "or a server of one. Without it the true sites are asked.",
        ),
    ] = None,
    bundled: Annotated[
        bool, typer.Option("--bundled", help="Take the bundled releases, without a network.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(metavar="PATTERN", help="Only these sources or releases: 'pingyang-*'."),
    ] = None,
    look_back: Annotated[
        bool,
        typer.Option(
            "--look-back",
            help="Ask for every release again, old ones too; a daily run leaves them alone.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Ask no address and change nothing: show what today's catalogue, rules and "
            "readers would make otherwise of what is archived, and why.",
        ),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Prefect's log lines on the console, too.")
    ] = False,
) -> None:
    """Run the flow once: pull, read, check, keep and publish what is new."""
    from flows.model.paths import SAMPLES
    from flows.run.plan import is_address, make_plan

    if bundled and mirror:
        raise UsageError("--bundled and --mirror exclude each other")
    place = str(SAMPLES) if bundled else mirror
    settings = load_settings()
    if dry_run:
        from flows.ask.dry import print_dry_run
        from flows.run.dry import look_ahead

        print_dry_run(make_console(), look_ahead(settings, mirror=place, source=source))
        return
    if place is None or not is_address(place):
        make_plan(settings, mirror=place, source=source)  # its errors before the wait for a server
    _run(settings, mirror=place, source=source, look_back=look_back, verbose=verbose)


def _run(
    settings: Settings, *, mirror: str | None, source: str | None, look_back: bool, verbose: bool
) -> None:
    """Run the flow and print what came of it. Raises what the flow raises, LockHeld included."""
    from flows.operate.server import PrefectServer, prepare_environment
    from flows.operate.stopping import on_stop
    from flows.run.plan import new_run_id
    from flows.run.progress import ConsoleReporter, reporting_to
    from flows.run.summary import mark_stopped, read_summary
    from flows.store import raise_if_locked

    prepare_environment(settings, verbose=verbose)
    console = make_console()
    _print_head(console, settings, mirror)
    reporter = ConsoleReporter(console)
    run_id = new_run_id(clock.read_time())

    def record(number: signal.Signals) -> None:
        reason = f"{number.name} in stage {reporter.name}"
        mark_stopped(settings.runs, run_id, reason=reason, mirror=mirror)

    with on_stop(record, message="stopped, nothing is lost: the next refresh carries on"):
        flow = _import_flow(PrefectServer(settings), console, settings)
        try:
            with reporter.live(), reporting_to(reporter):
                done = flow(mirror=mirror, source=source, run_id=run_id, look_back=look_back)
        except FetchError:  # the run is over, and has its account
            _print_result(console, settings, read_summary(settings.runs, run_id))
            raise
        if done is None:  # another run was quicker to the store
            raise_if_locked(settings.store)
        else:
            _print_result(console, settings, read_summary(settings.runs, run_id))


def _print_head(console: Console, settings: Settings, mirror: str | None) -> None:
    from rich.text import Text

    from flows.model.paths import SAMPLES

    origin = mirror or "the true sites"
    if mirror == str(SAMPLES):
        origin = "the bundled releases"
    head = Text.assemble(("Gongbao", "bold"), f" refresh · {origin} → {settings.home}/")
    console.print(head, soft_wrap=True)
    if mirror == str(SAMPLES):
        console.print("  renditions: the figures and addresses are real, the pages are our own")


def _import_flow(
    server: PrefectServer, console: Console, settings: Settings
) -> Callable[..., str | None]:
    """The flow, once its server answers; everything else is imported while that comes up."""
    with console.status("looking for Prefect's server") as status:
        if not settings.current.exists():
            from flows.gate import warm

            threading.Thread(target=warm, daemon=True).start()
        import flows.ask.report
        import flows.run.stages  # noqa: F401 - imported for the time it takes

        address = server.connect()
        if address is not None:
            console.print(f"  Prefect's server: {address}")
        else:
            waiting = "starting Prefect's embedded server (the first time up to a minute)"
            status.update(waiting)
            if not console.is_terminal:
                console.print(f"  {waiting}")
        from flows.refresh import refresh as flow

        server.wait()
    return flow


def _print_result(console: Console, settings: Settings, summary: RunSummary) -> None:
    from flows.ask.report import near, print_run, program
    from flows.operate.server import log_file

    print_run(console, settings, summary)
    log = near(log_file(settings))
    console.print(
        f"  {'Prefect':<10} {program('prefect')} flow-run ls · log: {log}", soft_wrap=True
    )
