"""The tables. Every row belongs to a workspace; times are UTC; what is searched is case-folded beside what is shown."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class UTC(TypeDecorator[dt.datetime]):
    """A moment. A naive one is refused: SQLite would keep it and lose whose clock it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """The moment in UTC; ValueError when it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """The stored moment, always with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = String(36)


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _workspace() -> Column[str]:
    return Column("workspace_id", Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False)


def _owned(name: str, *columns: Any) -> Table:
    """A table of one workspace's rows. (workspace, id) is unique, so that others can point at both at once."""
    return Table(
        name, metadata, _id(), _workspace(), *columns, UniqueConstraint("workspace_id", "id"), _at("created_at")
    )


def _within(local: str, other: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the workspace."""
    return ForeignKeyConstraint(["workspace_id", local], [f"{other}.workspace_id", f"{other}.id"], ondelete="CASCADE")


def _at(name: str, *, nullable: bool = False) -> Column[dt.datetime]:
    return Column(name, UTC, nullable=nullable)


workspace = Table(
    "workspace",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("local", Integer, unique=True),  # 1 for the one made at first start, so that two starts make one
    Column("profile", Json, nullable=False),
    Column("version", Integer, nullable=False),
    _at("created_at"),
    _at("updated_at"),
)

person = _owned(
    "person",
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("preferences", Json, nullable=False),
    CheckConstraint("role IN ('owner', 'manager', 'member')", name="role"),
)

conversation = _owned(
    "conversation",
    Column("person_id", Id, nullable=False),
    Column("title", String(200), nullable=False),
    Column("search", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False),  # number of events: the next one's seq is this plus one
    _at("updated_at"),
    _at("deleted_at", nullable=True),
    _within("person_id", "person"),
)

event = _owned(  # append-only: no statement of ours updates or deletes one
    "event",
    Column("conversation_id", Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", Json, nullable=False),
    UniqueConstraint("conversation_id", "seq"),  # of two turns at once, one wins
    _within("conversation_id", "conversation"),
)

goal = _owned(
    "goal",
    Column("conversation_id", Id),
    Column("owner_id", Id, nullable=False),
    Column("statement", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("status", String(20), nullable=False),
    Column("metric", String(64)),
    Column("unit", String(12)),
    Column("target", Float),
    Column("baseline", Float),
    Column("direction", String(12)),
    Column("cadence", String(12)),
    Column("start", Date, nullable=False),
    Column("due", Date),
    Column("draft", Json, nullable=False),
    Column("lead", String(200)),  # who leads it: a name, since those who do need no account
    Column("lead_email", String(320)),
    Column("team", String(200)),
    Column("parent_id", Id),
    Column("strategy", Text),  # the declared priority it serves
    Column("split", JsonOrNull),  # [{"name", "target"}], which add up to the target
    Column("season", JsonOrNull),  # the twelve weights of its pace, as known when it was adopted
    Column("version", Integer, nullable=False),
    _at("updated_at"),
    _at("closed_at", nullable=True),
    _at("deleted_at", nullable=True),
    CheckConstraint("status IN ('draft', 'adopted', 'running', 'reached', 'missed', 'abandoned')", name="status"),
    UniqueConstraint("workspace_id", "conversation_id"),  # a conversation is adopted once
    _within("conversation_id", "conversation"),
    _within("owner_id", "person"),
)

check_in = _owned(
    "check_in",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("day", Date, nullable=False),
    Column("value", Float, nullable=False),
    Column("confidence", String(10)),
    Column("comment", Text, nullable=False),
    Column("source", String(60), server_default="manual", nullable=False),  # manual, link, or the CRM's connector
    Column("corrects_id", Id),  # the check-in that this one replaces; the replaced one is kept
    Column("withdrawn", Boolean, server_default=false(), nullable=False),  # it replaces by nothing
    Column("drivers", JsonOrNull),  # what made the figure, where a person told
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

adjustment = _owned(
    "adjustment",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", Json, nullable=False),
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

crm_connection = _owned(
    "crm_connection",
    Column("connector", String(60), nullable=False),
    Column("label", String(200), nullable=False),
    Column("settings", Json, nullable=False),  # nothing secret
    Column("secrets", Json, nullable=False),  # field → sealed text, see coach.store.vault
    Column("mapping", Json, nullable=False),
    Column("discovery", Json, nullable=False),  # the choices, as last seen
    Column("account_id", String(120)),  # the CRM's own id of the account: what a signed request names
    Column("health", Json, nullable=False),
    Column("state", String(20), nullable=False),
    Column("problem", Json),
    Column("spent", Json, nullable=False),  # a daily budget's use: {"day": "2026-01-15", "tokens": 120}
    Column("lease", String(80)),  # which run is reading just now
    _at("lease_until", nullable=True),
    Column("version", Integer, nullable=False),
    _at("checked_at", nullable=True),
    _at("synced_at", nullable=True),
    _at("dirty_at", nullable=True),
    _at("updated_at"),
    CheckConstraint("state IN ('ok', 'degraded', 'needs_reconnect', 'unavailable')", name="state"),
)

sync_run = _owned(
    "sync_run",
    Column("connection_id", Id, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("entity", String(20)),
    Column("counts", Json, nullable=False),
    Column("skipped", Json, nullable=False),
    Column("doubts", Json, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("problem", Json),
    _at("started_at", nullable=True),
    _at("finished_at", nullable=True),
    CheckConstraint("status IN ('queued', 'running', 'done', 'partial', 'failed')", name="status"),
    _within("connection_id", "crm_connection"),
)

sync_state = Table(
    "sync_state",
    metadata,
    _workspace(),
    Column("connection_id", Id, nullable=False),
    Column("entity", String(20), nullable=False),
    Column("state", Json, nullable=False),  # the connector's: window and cursor
    Column("generation", Integer, nullable=False),  # of full readings: a record of an older one is gone from the CRM
    _at("whole_at", nullable=True),
    Column("problem", Json),
    _at("updated_at"),
    PrimaryKeyConstraint("workspace_id", "connection_id", "entity"),
    _within("connection_id", "crm_connection"),
)

crm_record = Table(
    "crm_record",
    metadata,
    _workspace(),
    Column("connection_id", Id, nullable=False),
    Column("entity", String(20), nullable=False),
    Column("id", String(120), nullable=False),  # the vendor's
    Column("body", Text, nullable=False),  # JSON of the record: no customer's name, address or message is ever in it
    Column("deleted", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    _at("modified", nullable=True),
    PrimaryKeyConstraint("workspace_id", "connection_id", "entity", "id"),
    _within("connection_id", "crm_connection"),
)

kpi_series = _owned(
    "kpi_series",
    Column("connection_id", Id),  # None: typed by hand
    Column("origin", Id, nullable=False),  # the connection's id, or "manual": what a series is unique within
    Column("metric", String(64), nullable=False),
    Column("grain", String(12), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_ref", String(200), nullable=False),
    Column("subject_label", String(200), nullable=False),
    Column("method", String(12), nullable=False),
    Column("body", Text, nullable=False),  # JSON of the series, evidence and all
    Column("data_date", Date),
    _at("updated_at"),
    UniqueConstraint(
        "workspace_id", "origin", "metric", "grain", "subject_kind", "subject_ref", name="uq_kpi_series_subject"
    ),
    _within("connection_id", "crm_connection"),
)

remark = _owned(  # append-only: what people say of a goal, and what is answered
    "remark",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("author", String(200), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("answers_id", Id),
    CheckConstraint("kind IN ('comment', 'commit', 'contest', 'answer')", name="kind"),
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

review = _owned(  # append-only: a goal that is reopened and closed again has two
    "review",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("learnt", Text, nullable=False),
    Column("scores", Json, nullable=False),
    Column("next", JsonOrNull),
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

link = _owned(  # a way in without signing in: one goal, one purpose, until it expires, is used or is taken back
    "link",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # of its secret half, which is kept nowhere
    _at("expires_at"),
    _at("used_at", nullable=True),
    _at("revoked_at", nullable=True),
    CheckConstraint("purpose IN ('check_in', 'read')", name="purpose"),
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

outlet = _owned(  # where reminders and digests go, once a person has seen one and switched it on
    "outlet",
    Column("kind", String(40), nullable=False),
    Column("label", String(200), nullable=False),
    Column("language", String(12), nullable=False),
    Column("secrets", Json, nullable=False),  # the address, sealed: see coach.store.vault
    Column("reminders", Boolean, nullable=False),
    Column("digest", Boolean, nullable=False),
    Column("switched_on", Boolean, nullable=False),
    Column("problem", Text),
    Column("version", Integer, nullable=False),
    _at("previewed_at", nullable=True),
    _at("sent_at", nullable=True),
    _at("updated_at"),
)

notice = Table(  # what was sent, so that no period is told of twice
    "notice",
    metadata,
    _workspace(),
    Column("key", String(200), nullable=False),
    _at("created_at"),
    _at("sent_at", nullable=True),
    PrimaryKeyConstraint("workspace_id", "key"),
)

crm_sign_in = Table(  # people sent to a CRM's own page, until they come back; each serves once
    "crm_sign_in",
    metadata,
    _workspace(),
    Column("id", String(64), nullable=False),  # SHA-256 of the state they were sent with
    Column("connector", String(60), nullable=False),
    Column("session", String(64), nullable=False),  # SHA-256 of the browser's session, or of the command's
    Column("sealed", Text, nullable=False),  # settings and PKCE verifier: see coach.store.vault
    Column("redirect_uri", Text, nullable=False),
    _at("created_at"),
    PrimaryKeyConstraint("workspace_id", "id"),
)

crm_written = Table(  # goals written into a CRM, as it kept them
    "crm_written",
    metadata,
    _workspace(),
    Column("goal_id", Id, nullable=False),
    Column("connection_id", Id, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("url", Text),
    Column("fields", Json, nullable=False),
    Column("seen", JsonOrNull),  # what was found there since, when it is something else
    _at("written_at"),
    _at("seen_at", nullable=True),
    PrimaryKeyConstraint("workspace_id", "goal_id", "connection_id"),
    _within("goal_id", "goal"),
    _within("connection_id", "crm_connection"),
)

rating = _owned(  # what a person thought of a wording: one mark each, until it is taken back
    "rating",
    Column("conversation_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("digest", String(64), nullable=False),  # of the statement
    Column("mark", String(4), nullable=False),
    Column("note", Text, nullable=False),
    Column("shared", Boolean, nullable=False),  # whether evals may read its words
    Column("ambition", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("author", String(200), nullable=False),
    Column("variant", String(20), nullable=False),
    Column("framing", String(20), nullable=False),
    CheckConstraint("mark IN ('up', 'down')", name="mark"),
    UniqueConstraint("workspace_id", "conversation_id", "person_id", "digest", name="uq_rating_statement"),
    _within("conversation_id", "conversation"),
    _within("person_id", "person"),
)

worker = Table(  # of the whole installation: which processes do jobs, and when each last said so
    "worker",
    metadata,
    Column("id", String(120), primary_key=True),
    _at("seen_at"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    _workspace(),
    Column("key", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text, nullable=False),  # JSON of the value the use case answered
    _at("created_at"),
    PrimaryKeyConstraint("workspace_id", "key"),
)

audit = Table(  # append-only, each row holding the hash of the one before
    "audit",
    metadata,
    _workspace(),
    Column("seq", Integer, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("detail", Json, nullable=False),
    Column("hash", String(64), nullable=False),
    _at("created_at"),
    PrimaryKeyConstraint("workspace_id", "seq"),
)

Index("ix_check_in_goal_id_day", check_in.c.workspace_id, check_in.c.goal_id, check_in.c.day)
Index("ix_remark_goal_id", remark.c.workspace_id, remark.c.goal_id)
Index("ix_review_goal_id", review.c.workspace_id, review.c.goal_id)
Index("ix_adjustment_goal_id", adjustment.c.workspace_id, adjustment.c.goal_id)
Index("ix_idempotency_key_created_at", idempotency_key.c.workspace_id, idempotency_key.c.created_at)
Index("ix_crm_connection_account", crm_connection.c.connector, crm_connection.c.account_id)
Index("ix_sync_run_connection_id", sync_run.c.workspace_id, sync_run.c.connection_id, sync_run.c.id)
Index("ix_kpi_series_metric", kpi_series.c.workspace_id, kpi_series.c.metric, kpi_series.c.grain)

model_spending = Table(  # what a workspace's calls of models took in a day, and what is set aside for those under way
    "model_spending",
    metadata,
    _workspace(),
    Column("day", Date, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("micro_usd", BigInteger, nullable=False),  # of the calls whose price is known
    Column("unpriced", Integer, nullable=False),  # calls whose price is not
    PrimaryKeyConstraint("workspace_id", "day"),
)
