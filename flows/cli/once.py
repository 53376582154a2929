"""One refresh from the command line: a quiet console, the embedded server, the run's results.

The order is chosen for the wait: the server's process starts first, and while it comes up this
process imports what the run needs.
"""

from __future__ import annotations

import threading

from rich.text import Text

from flows.cli.shared import make_console
from flows.model.errors import FetchError
from flows.model.paths import SAMPLES
from flows.model.settings import Settings
from flows.operate.server import log_file, prepare_environment, start_embedded
from flows.run.progress import ConsoleReporter, reporting_to


def refresh_once(
    settings: Settings, *, mirror: str | None, source: str | None, verbose: bool
) -> None:
    """Run the flow and print what came of it. Raises what the flow raises, LockHeld included."""
    from flows.run.plan import is_address, make_plan

    # Before the wait for the server.
    if mirror is None or not is_address(mirror):
        make_plan(settings, mirror=mirror, source=source)
    prepare_environment(settings, verbose=verbose)
    console = make_console()
    head = Text.assemble(("Gongbao", "bold"), f" refresh · {_origin(mirror)} → {settings.home}/")
    console.print(head, soft_wrap=True)
    if mirror == str(SAMPLES):
        console.print("  renditions: the figures and addresses are real, the pages are our own")
    waiting = "starting Prefect's embedded server (the first time up to a minute)"
    if not console.is_terminal:
        console.print(f"  {waiting}")
    with console.status(waiting):
        starting = start_embedded()
        if not settings.current.exists():
            from flows.gate import warm

            threading.Thread(target=warm, daemon=True).start()
        from flows.refresh import refresh

        if starting is not None:
            starting.join()
    reporter = ConsoleReporter(console)
    from flows.ask.report import near, print_run, program
    from flows.run.summary import read_summary, summaries

    nothing_fetched = None
    try:
        with reporter.live(), reporting_to(reporter):
            run_id = refresh(mirror=mirror, source=source)
    except FetchError as error:  # the run is over, and has its account
        nothing_fetched = error
        run_id = summaries(settings.runs, last=1)[0].run_id
    if run_id is None:  # another run was quicker to the store
        from flows.store import raise_if_locked

        raise_if_locked(settings.store)
        return
    print_run(console, settings, read_summary(settings.runs, run_id))
    log = near(log_file(settings))
    console.print(
        f"  {'Prefect':<10} {program('prefect')} flow-run ls · log: {log}", soft_wrap=True
    )
    if nothing_fetched is not None:
        raise nothing_fetched


def _origin(mirror: str | None) -> str:
    if mirror is None:
        return "the true sites"
    return "the bundled releases" if mirror == str(SAMPLES) else mirror
