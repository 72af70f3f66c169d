"""The command line: ``coach check``, ``coach ask``, ``coach draft``, ``coach serve``."""

import os
import sys
from typing import Annotated

import typer

from coach.errors import CallerError, CoachError

app = typer.Typer(
    name="coach",
    help="From a sales ambition to a SMART goal, in French and English, every figure with its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

OURS, THEIRS = 1, 2  # exit codes: our mistake, the caller's


def _show_version(wanted: bool) -> None:
    if wanted:
        from coach import __version__

        print(f"coach {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line; every error is one line that says what was wrong and what to do."""
    from coach.cli import commands, crm  # noqa: F401  (registers the commands)

    debug = "--debug" in sys.argv[1:]
    try:
        app(prog_name="coach")
    except BrokenPipeError:
        # `coach check … | head`: the reader has left, which is no error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except CoachError as error:
        _say(f"coach: {error}", debug)
        sys.exit(THEIRS if isinstance(error, CallerError) else OURS)
    except OSError as error:
        _say(f"coach: {error.strerror or error}: {error.filename or ''}".rstrip(": "), debug)
        sys.exit(OURS)
    except Exception as error:  # the last resort: never a traceback without --debug
        _say(f"coach: something went wrong ({type(error).__name__}). Run it again with --debug to see where.", debug)
        sys.exit(OURS)


def _say(line: str, debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
    print(line, file=sys.stderr)
