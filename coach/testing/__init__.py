"""For tests, ours and those of plugin authors: the contract of a connector, and fake CRMs that behave like the real ones."""

from coach.testing.contract import ConnectorContract, everything
from coach.testing.hubspot import FakeHubSpot
from coach.testing.pipedrive import FakePipedrive
from coach.testing.serving import Reply, Request, Rolling, asgi, serving

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
