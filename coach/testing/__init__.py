"""For tests, ours and those of plugin authors: the contract of a connector, and fake CRMs that behave like the real ones."""

from typing import TYPE_CHECKING, Any

from coach.testing.hubspot import FakeHubSpot
from coach.testing.pipedrive import FakePipedrive
from coach.testing.serving import Reply, Request, Rolling, asgi, serving

if TYPE_CHECKING:
    from coach.testing.contract import ConnectorContract, everything

__all__ = [
    "ConnectorContract",
    "FakeHubSpot",
    "FakePipedrive",
    "Reply",
    "Request",
    "Rolling",
    "asgi",
    "everything",
    "serving",
]


def __getattr__(name: str) -> Any:
    """The contract is pytest's, which the fakes do without."""
    if name in ("ConnectorContract", "everything"):
        from coach.testing import contract

        return getattr(contract, name)
    raise AttributeError(name)
