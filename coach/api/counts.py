"""What ``/metrics`` tells: answers and the time they took, since the process started."""

import time
from collections import Counter, defaultdict

_BOUNDS_S = (0.005, 0.025, 0.1, 0.5, 2.0)  # upper bounds of the histogram, in seconds
_PREFIX = "coach_http_request_duration_seconds"


class Counts:
    """Counters of one process: by method and status, never by address, so that their number stays bounded."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._within: defaultdict[float, int] = defaultdict(int)
        self._seconds = 0.0

    def add(self, method: str, status: int, seconds: float) -> None:
        """Count one answer, and the time to its first byte."""
        self._answers[method if method in _METHODS else "other", status] += 1
        self._seconds += seconds
        for bound in _BOUNDS_S:
            self._within[bound] += seconds <= bound

    def text(self) -> str:
        """All of it, in the Prometheus text format."""
        total = sum(self._answers.values())
        answers = [
            f'coach_http_requests_total{{method="{m}",status="{s}"}} {n}' for (m, s), n in sorted(self._answers.items())
        ]
        buckets = [f'{_PREFIX}_bucket{{le="{bound}"}} {self._within[bound]}' for bound in _BOUNDS_S]
        return "\n".join(
            [
                "# HELP coach_http_requests_total Answers, by method and status.",
                "# TYPE coach_http_requests_total counter",
                *answers,
                f"# HELP {_PREFIX} Time to the first byte of an answer.",
                f"# TYPE {_PREFIX} histogram",
                *buckets,
                f'{_PREFIX}_bucket{{le="+Inf"}} {total}',
                f"{_PREFIX}_sum {self._seconds:.6f}",
                f"{_PREFIX}_count {total}",
                "# HELP coach_uptime_seconds Seconds since the process started.",
                "# TYPE coach_uptime_seconds gauge",
                f"coach_uptime_seconds {time.monotonic() - self._started:.0f}",
                "",
            ]
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
