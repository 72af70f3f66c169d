"""Who is looking, in which language and theme: what every page needs to know of a request."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, cast

from fastapi import Depends, Request, Response

from coach.service import Actor, Coach, Preferences, people
from coach.web import forms
from coach.web.texts import LANGUAGES, Translate, translator

Language = Literal["fr", "en"]
Site = Any  # coach.web.app.Site, which imports the pages
THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Visit:
    """One request's person, language, theme and session."""

    request: Request
    coach: Coach
    actor: Actor
    language: Language
    theme: str
    one_piece: bool
    session: str
    token: str
    t: Translate

    @property
    def other(self) -> str:
        """The language one click away."""
        return "en" if self.language == "fr" else "fr"

    @property
    def next_theme(self) -> str:
        """What the theme button gives next."""
        return THEMES[(THEMES.index(self.theme) + 1) % len(THEMES)]

    @property
    def here(self) -> str:
        """Where to come back to after a change of language: this page, when it can be asked for again."""
        if self.request.method != "GET":
            return "/"
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def wants_fragment(self) -> bool:
        """Whether our own script asks, which shows a part of the page."""
        return self.request.headers.get("x-coach") == "fragment"

    async def form(self) -> forms.Form:
        """The form sent; see forms.Guard.read for what it raises."""
        form = await self.request.app.state.site.guard.read(self.request, self.session)
        self.request.state.form = form  # so that an error can give the words back
        return form

    def remember(self, response: Response, name: str, value: str) -> None:
        """Set one of our cookies: ours alone, sent to nobody else's pages, for a year."""
        secure = self.request.url.scheme == "https"
        response.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="lax", secure=secure)


async def visit(request: Request) -> Visit:
    """Read the cookies, then the person's preferences, then what the browser asks for."""
    site = cast("Site", request.app.state.site)
    coach = site.coach
    session = request.cookies.get(forms.COOKIE, "")
    if not 20 <= len(session) <= 64:
        session = forms.new_session()
    known = await people.preferences(coach, await people.owner(coach))
    language = _language(request, known, coach.settings.language)
    coach = in_zone(coach, known.time_zone)
    theme = request.cookies.get("coach_theme", "auto")
    return Visit(
        request=request,
        coach=coach,
        actor=await people.owner(coach, language),
        language=language,
        theme=theme if theme in THEMES else "auto",
        one_piece=request.cookies.get("coach_one_piece") == "1",
        session=session,
        token=site.guard.token(session),
        t=translator(language),
    )


Visiting = Annotated[Visit, Depends(visit)]


def in_zone(coach: Coach, time_zone: str | None) -> Coach:
    """The same coach, whose "today" is that of the person's time zone."""
    if time_zone is None:
        return coach
    return replace(coach, settings=coach.settings.model_copy(update={"time_zone": time_zone}))


def _language(request: Request, known: Preferences, otherwise: Language) -> Language:
    chosen = request.cookies.get("coach_language")
    if chosen not in LANGUAGES:
        chosen = known.language
    return cast(Language, chosen or accepted(request.headers.get("accept-language", ""), otherwise))


def accepted(header: str, otherwise: str) -> str:
    """The first of our languages in an Accept-Language header, by its weights; ``otherwise`` when it names none."""
    best, weight = otherwise, 0.0
    for part in header[:1000].split(","):
        name, _, parameters = part.partition(";")
        language = name.strip().lower().partition("-")[0]
        wanted = _weight(parameters)
        if language in LANGUAGES and wanted > weight:
            best, weight = language, wanted
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value) if 0 <= float(value) <= 1 else 0.0
    except ValueError:
        return 0.0
