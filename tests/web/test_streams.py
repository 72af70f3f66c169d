"""Answers being written: followed, resumed, stopped, failed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from coach.web import markdown
from coach.web.streams import Stream, Streams, in_one_piece, words_of

PARAGRAPHS = "Une cible claire.\n\nReste **une date**, et un segment.\n\n- un\n- deux"


async def _all(stream: Stream, after: int = 0) -> list[tuple[str, str]]:
    return [(event.name, event.data) async for event in stream.follow(after)]


def _text(events: list[tuple[str, str]]) -> str:
    return "".join(data for name, data in events if name == "delta")


def _ends(*events: tuple[str, str]):
    async def ending(how: str) -> list[tuple[str, str]]:
        return list(events)

    return ending


class Slow:
    """A speaker that waits to be let on, word by word."""

    def __init__(self, *words: str, fails: bool = False) -> None:
        self.words, self.fails = words, fails
        self.go = asyncio.Semaphore(0)

    def __call__(self) -> AsyncIterator[str]:
        return self._speak()

    async def _speak(self) -> AsyncIterator[str]:
        for word in self.words:
            await self.go.acquire()
            yield word
        if self.fails:
            raise ConnectionError("the model went away")
        await self.go.acquire()


async def test_an_answer_is_words_then_blocks_then_what_follows_then_done():
    stream = Streams().begin("a", words_of(PARAGRAPHS), _ends(("chips", "<div></div>")))
    events = await _all(stream)
    assert [data for name, data in events if name == "block"] == [
        "<p>Une cible claire.</p>\n",
        "<p>Reste <strong>une date</strong>, et un segment.</p>\n",
        "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n",
    ]
    assert events[-2:] == [("chips", "<div></div>"), ("done", "")]
    assert stream.text == PARAGRAPHS


async def test_what_is_still_live_after_each_block_is_what_the_block_does_not_hold():
    stream = Streams().begin("a", words_of("Un mot.\n\nPuis deux"), _ends())
    live = ""
    for name, data in await _all(stream):
        live = "" if name == "block" else live + data if name == "delta" else live
        assert "\n\n" not in live
        assert "Un mot.\n\nPuis" not in live


@pytest.mark.parametrize("after", range(8))
async def test_a_reader_that_comes_back_gets_what_follows_and_nothing_twice(after):
    stream = Streams().begin("a", words_of(PARAGRAPHS), _ends())
    whole = await _all(stream)
    assert await _all(stream, after) == whole[after:]


async def test_readers_who_come_while_it_is_written_all_get_everything():
    speaker = Slow("un ", "deux ", "trois")
    stream = Streams().begin("a", speaker, _ends())
    first = asyncio.create_task(_all(stream))
    speaker.go.release()
    await asyncio.sleep(0.01)
    second = asyncio.create_task(_all(stream))
    for _ in range(3):
        speaker.go.release()
    assert _text(await first) == _text(await second) == "un deux trois"


async def test_stopping_keeps_what_was_said_as_a_finished_block_and_still_offers_the_answers():
    speaker = Slow("Une cible ", "claire", " et")
    stream = Streams().begin("a", speaker, _ends(("chips", "x")))
    for _ in range(2):
        speaker.go.release()
    await asyncio.sleep(0.01)
    await stream.stop()
    events = await _all(stream)
    assert events[-3:] == [("block", "<p>Une cible claire</p>\n"), ("chips", "x"), ("done", "stopped")]
    await stream.stop()
    assert await _all(stream) == events


async def test_a_speaker_that_fails_half_way_leaves_its_words_and_a_usable_turn():
    speaker = Slow("Une ", "cible", fails=True)
    stream = Streams().begin("a", speaker, _ends(("chips", "x")))
    for _ in range(3):
        speaker.go.release()
    events = await _all(stream)
    assert events[-4:] == [("block", "<p>Une cible</p>\n"), ("error", "failed"), ("chips", "x"), ("done", "failed")]


async def test_the_same_turn_is_written_once_however_often_it_is_asked_for():
    kept = Streams()
    assert kept.begin("a", words_of("un"), _ends()) is kept.begin("a", words_of("deux"), lambda: [])


async def test_another_logs_last_event_means_starting_again():
    stream, other = Stream(), Stream()
    assert stream.after(f"{stream.log}:7") == 7
    assert stream.after(f"{other.log}:7") == 0
    for hostile in (
        "",
        "7",
        ":",
        f"{stream.log}:",
        f"{stream.log}:-1",
        f"{stream.log}:٣",
        f"{stream.log}:" + "9" * 400,
    ):
        assert stream.after(hostile) == 0


async def test_one_piece_says_the_same_at_once():
    events = await _all(Streams().begin("a", in_one_piece(words_of(PARAGRAPHS)), _ends()))
    assert [name for name, _ in events][:1] in (["delta"], ["block"])
    assert sum(name == "delta" for name, _ in events) <= 1


async def test_ended_streams_are_forgotten_before_memory_grows():
    kept = Streams()
    for number in range(600):
        stream = kept.begin(str(number), words_of("un"), _ends())
        await _all(stream)
    assert len(kept._kept) < 300
    assert kept.get("599") is not None


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example/p.png)",
        "[x](javascript:alert(1))", "<https://evil.example>", "<svg/onload=alert(1)>", "[a]: https://evil.example\n[a]",
        "<style>*{display:none}</style>", "<iframe src=//evil.example>", "`<b>`", "| a |\n|---|\n| <img src=x> |",
    ],
)  # fmt: skip
def test_markdown_gives_neither_image_link_nor_raw_html(hostile):
    shown = str(markdown.html(hostile))
    assert "<img" not in shown
    assert "<a" not in shown
    assert "<script" not in shown
    assert "<svg" not in shown
    assert "<style" not in shown
    assert "<iframe" not in shown
