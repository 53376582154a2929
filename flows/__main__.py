"""The program's first lines: signals are ours before anything is imported that takes its time."""

from __future__ import annotations

from flows.operate import stopping


def main() -> None:
    stopping.install()
    from flows.cli import main as run_command

    run_command()


if __name__ == "__main__":
    main()
