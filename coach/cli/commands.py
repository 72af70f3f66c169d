"""The commands' arguments; what they do stands in the module of the same name."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.app import app
from coach.errors import BadInput

Language = Annotated[str, typer.Option("--lang", metavar="fr|en|auto", help="Language of the text.")]
Today = Annotated[str | None, typer.Option("--today", metavar="DATE", help="Day that « d'ici 3 mois » counts from.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def day_of(text: str | None) -> dt.date:
    """The day given as ISO text; the machine's own day without one."""
    if text is None:
        return dt.date.today()  # noqa: DTZ011  (the person's own calendar day is what is meant)
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--today {text} is not a day.", remedy="Write it as 2026-01-15.") from None


def language_of(text: str) -> str | None:
    """The language to read in; None lets the text tell."""
    if text == "auto":
        return None
    from coach.core.lexicon import LANGUAGES, PARTIAL

    if text not in (*LANGUAGES, *PARTIAL):
        known = ", ".join((*LANGUAGES, *PARTIAL, "auto"))
        raise BadInput(f"--lang {text} is not a language coach reads.", remedy=f"Choose one of: {known}.")
    return text


@app.command()
def check(
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="Ambitions or goals, quoted.")] = None,
    lang: Language = "auto",
    today: Today = None,
    locale: Annotated[str | None, typer.Option("--locale", help="en-GB or en-US settles 3/7.")] = None,
    as_json: AsJson = False,
    source: Annotated[
        Path | None, typer.Option("--input", metavar="FILE.jsonl", help="Rows to check; - is stdin.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--output", metavar="FILE.jsonl", help="Assessments; - is stdout.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, max=64, help="Processes for --input; 0: one a core.")] = 0,
    history: Annotated[
        Path | None, typer.Option("--history", metavar="FILE.csv", help="Past figures to judge “attainable” from.")
    ] = None,
    metric: Annotated[str | None, typer.Option("--metric", metavar="ID", help="What --history is of.")] = None,
) -> None:
    """Tell what is SMART about a goal and what is not.

    Exit code: 0 when all are SMART, 1 when some are not, 2 for bad usage.
    """
    from coach.cli import batch
    from coach.cli import check as checking

    if (history is None) != (metric is None):
        raise BadInput("--history and --metric go together.", remedy="Add the other one, such as --metric revenue.")
    options = {"language": language_of(lang), "locale": locale, "reference_date": day_of(today)}
    if source is not None or target is not None:
        if texts:
            raise BadInput("Give texts or --input, not both.", remedy="Put the texts in the file.")
        if history is not None:
            raise BadInput("--history is for texts, not for --input.", remedy="Check the texts one by one.")
        if source is None or target is None:
            raise BadInput("--input and --output go together.", remedy="Add the other one; - means the pipe.")
        all_smart = batch.run(source, target, options, workers)
    else:
        all_smart = checking.run(texts or [], options, as_json=as_json, history=history, metric=metric)
    raise typer.Exit(0 if all_smart else 1)


@app.command()
def draft(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The ambition, quoted.")],
    lang: Language = "auto",
    today: Today = None,
    context: Annotated[Path | None, typer.Option("--context", metavar="FILE.json", help="Team and company.")] = None,
    history: Annotated[
        Path | None, typer.Option("--history", metavar="FILE.csv", help="Past figures: three targets, with chances.")
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", metavar="ID", help="What --history is of; what the text counts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draft goals from a text, without dialogue; what is not known is marked, never invented."""
    from coach.cli import draft as drafting

    drafting.run(
        text, language=language_of(lang), today=day_of(today), context=context, as_json=as_json, history=history,
        metric=metric,
    )  # fmt: skip


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The ambition to start from.")] = None,
    lang: Language = "auto",
    today: Today = None,
    resume: Annotated[str | None, typer.Option("--resume", metavar="ID", help="Go on with a conversation.")] = None,
) -> None:
    """Coach an ambition to an adopted goal, one question at a time.

    Type your answer, or #1, #2… for a reply shown. /skip leaves a question open, /draft asks no more, /undo takes back,
    /history [FILE] gives past figures, /quit leaves: what was said is kept.
    """
    from coach.cli import ask as asking

    asking.run(text, language=language_of(lang), today=day_of(today) if today else None, resume=resume)


@app.command()
def calibrate(
    history: Annotated[
        Path, typer.Option("--history", metavar="FILE.csv", help="One period a line: 2025-01;12. - is stdin.")
    ],
    metric: Annotated[str, typer.Option("--metric", metavar="ID", help="revenue, qualified_meetings, closing_rate…")],
    by: Annotated[str, typer.Option("--by", metavar="DATE", help="Last day of the horizon.")],
    target: Annotated[str | None, typer.Option("--target", metavar="N", help="Over the whole horizon.")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="First day; today.")] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help="Language of the sentences.")] = "en",
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Range and chance for a figure, from its past: what is likely if nothing changes, and how far a target is."""
    from coach.cli import calibrate as calibrating

    now = day_of(today)
    calibrating.run(
        history, metric=metric, target=target, by=by, start=day_of(start) if start else now,
        language=language_of(lang) or "en", today=now, as_json=as_json,
    )  # fmt: skip


@app.command(name="eval")
def evaluate(
    suites: Annotated[
        list[str] | None, typer.Argument(metavar="[SUITE…]", help="Suites to run, all by default; or export.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="M", help="rules, any LiteLLM model, stub/…, baseline/regex, oneshot/M."),
    ] = None,
    judge: Annotated[str | None, typer.Option("--judge", metavar="M", help="Who judges in the judge suite.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="A fixed sample of each suite.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="An earlier run to compare with, case by case.")
    ] = None,
    cases: Annotated[Path | None, typer.Option("--cases", metavar="DIR", help="Your own cases.")] = None,
    gates: Annotated[Path | None, typer.Option("--gates", metavar="FILE.toml", help="Your own gates.")] = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Where the results go.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, max=64, help="Processes; 0: one a core.")] = 0,
    full: Annotated[
        bool, typer.Option("--full", help="Every character with every case, every corpus installed.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Play again what an earlier run has played.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure coach on hundreds of cases, offline; files in --output, a table on the screen.

    A run that was stopped goes on where it was. `coach eval export` writes adopted goals and marked drafts as cases.
    Exit code: 0 when every gate holds, 1 when one does not, 2 for bad usage.
    """
    from coach.cli import evals as evaluating

    held = evaluating.run(
        suites or [], model=model, judge=judge, limit=limit, baseline=baseline, folder=cases, gate_file=gates, output=output,
        workers=workers, full=full, fresh=fresh, as_json=as_json,
    )  # fmt: skip
    raise typer.Exit(0 if held else 1)


@app.command()
def whatif(
    history: Annotated[
        Path, typer.Option("--history", metavar="FILE.csv", help="One period a line: 2025-01;12. - is stdin.")
    ],
    metric: Annotated[str, typer.Option("--metric", metavar="ID", help="revenue, qualified_meetings, deals_won…")],
    target: Annotated[str, typer.Option("--target", metavar="N", help="Over the whole horizon.")],
    by: Annotated[str, typer.Option("--by", metavar="DATE", help="Last day of the horizon.")],
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="First day; today.")] = None,
    people: Annotated[int | None, typer.Option("--people", min=0, help="People on the goal.")] = None,
    before: Annotated[int | None, typer.Option("--before", min=1, help="People who made the past figures.")] = None,
    ramping: Annotated[int, typer.Option("--ramping", min=0, help="Of the people, how many still learn the job.")] = 0,
    ramp_share: Annotated[float, typer.Option("--ramp-share", min=0, max=1, help="What one of them yields.")] = 0.5,
    taken: Annotated[float, typer.Option("--taken", min=0, max=1, help="Time that running goals take (0-1).")] = 0.0,
    days_off: Annotated[float, typer.Option("--days-off", min=0, help="Days of leave a person takes.")] = 0.0,
    country: Annotated[str, typer.Option("--country", metavar="FR", help="Whose public holidays are off.")] = "FR",
    rate: Annotated[
        list[str] | None, typer.Option("--rate", metavar="ID=12/60", help="From the deal back to the call, one each.")
    ] = None,
    deal: Annotated[
        str | None, typer.Option("--deal", metavar="8000[/3500/24]", help="What a deal brings: mean, spread, seen.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help="Language of the sentences.")] = "en",
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Try another target, date, team or rate on the same past figures: its chance, and what it asks of each person."""
    from coach.cli import supposing
    from coach.core.calibration.answer import Means

    now = day_of(today)
    means = Means(
        headcount=people, headcount_before=before, ramping=ramping, ramp_share=ramp_share, country=country, taken=taken,
        days_off=days_off,
    )  # fmt: skip
    supposing.run(
        history, metric=metric, target=target, by=by, start=day_of(start) if start else now, means=means,
        rates=rate or [], deal=deal, language=language_of(lang) or "en", today=now, as_json=as_json,
    )  # fmt: skip


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on (8321).")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Start the web app and the API; with no configuration at all it runs alone on SQLite."""
    from coach.cli import serve as serving

    serving.run(host, port, open_page=open_page)


@app.command()
def models(
    try_them: Annotated[bool, typer.Option("--try/--list", help="Call each, or only list.")] = True,
    as_json: AsJson = False,
) -> None:
    """Show the models of COACH_MODEL, and what a small call to each takes: seconds, tokens, dollars.

    Exit code: 0 when one works, 1 when none does, 2 when none is configured.
    """
    from coach.cli import models as listing

    listing.run(try_them=try_them, as_json=as_json)


@app.command()
def remind(as_json: AsJson = False) -> None:
    """Send the reminders, alerts and digests that are due and were not sent: for a cron of your own.

    The server does the same each morning. Only what a person has switched on is sent, once a period.
    Exit code: 0 when all that was due has left, 1 when some could not be delivered.
    """
    from coach.cli import reminding

    raise typer.Exit(0 if reminding.run(as_json=as_json) else 1)


@app.command()
def plugins(as_json: AsJson = False) -> None:
    """List the plugins, what each offers, and why one does not serve.

    Exit code: 0 when all serve, 1 when one does not.
    """
    from coach.cli import plugins as listing

    raise typer.Exit(0 if listing.run(as_json=as_json) else 1)
