"""From a template and a visit to an answer."""

from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from coach.web import assets, forms
from coach.web.visit import Visit

_environment = Environment(
    loader=PackageLoader("coach.web"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.globals["asset"] = assets.url


def html(visit: Visit, template: str, **values: Any) -> str:
    """The text of a page or of a part of one, in the visit's language."""
    return _environment.get_template(template).render(visit=visit, t=visit.t, **values)


def page(visit: Visit, template: str, *, section: str = "", status: int = 200, **values: Any) -> HTMLResponse:
    """A page; ``section`` is the entry of the navigation it belongs to."""
    response = HTMLResponse(html(visit, template, section=section, **values), status)
    visit.remember(response, forms.COOKIE, visit.session)
    return response


def fragment(visit: Visit, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Parts of a page that our script puts in place of those with the same ids."""
    return HTMLResponse(html(visit, template, **values), status)
