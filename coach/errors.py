"""Every error, as a tree that says what a caller can do about it.

CoachError
├── CallerError            the caller can mend it: exit 2, HTTP 4xx
│   ├── BadInput           a value is out of bounds or malformed
│   ├── NotFound           there is nothing at that address in this workspace
│   ├── Conflict           someone else was first: read again, then retry
│   │   └── DuplicateConnector  two plugins offer the same connector name
│   └── NotAllowed         this person or key may not do that
├── ServiceError           ours: exit 1, HTTP 5xx; trying again later may help
│   ├── ModelUnavailable   no model answered; the built-in drafter takes over
│   └── StoreUnavailable   the database cannot be reached or is too new/old
└── CrmError               the CRM's: nothing is lost, the last good figures stay with their date
    ├── CrmUnavailable     try later
    │   ├── CrmQuotaSpent  today's calls are spent: tomorrow
    │   └── CrmMisanswered the answer makes no sense: cut short, endless, not JSON
    └── CrmRefused         ask an administrator: credentials, scopes or plan
"""


class CoachError(Exception):
    """Base of all our errors: ``message`` says what was wrong, ``remedy`` what to do."""

    code = "error"

    def __init__(self, message: str, *, remedy: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class CallerError(CoachError):
    """The caller can mend it."""

    code = "caller_error"


class BadInput(CallerError):
    """A value is out of bounds or malformed."""

    code = "bad_input"


class NotFound(CallerError):
    """There is nothing at that address in this workspace."""

    code = "not_found"


class Conflict(CallerError):
    """Someone else was first: read again, then retry."""

    code = "conflict"


class DuplicateConnector(Conflict):
    """Two plugins offer the same connector name."""


class NotAllowed(CallerError):
    """This person or key may not do that."""

    code = "not_allowed"


class ServiceError(CoachError):
    """Ours; trying again later may help."""

    code = "service_error"


class ModelUnavailable(ServiceError):
    """No model answered; the built-in drafter takes over."""

    code = "model_unavailable"


class StoreUnavailable(ServiceError):
    """The database cannot be reached, or speaks another schema version."""

    code = "store_unavailable"


class CrmError(CoachError):
    """The CRM's; the last good figures stay, with their date."""

    code = "crm_error"


class CrmUnavailable(CrmError):
    """Try later."""

    code = "crm_unavailable"


class CrmQuotaSpent(CrmUnavailable):
    """Today's calls are spent: tomorrow."""


class CrmMisanswered(CrmUnavailable):
    """The answer makes no sense: cut short, endless, not JSON."""


class CrmRefused(CrmError):
    """Ask an administrator: credentials, scopes or plan."""

    code = "crm_refused"
