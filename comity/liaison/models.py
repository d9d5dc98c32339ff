"""Conversations, their messages, the roster and urgent calls. Messages and steps only grow (docs/rooms/liaison.md)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

USER = settings.AUTH_USER_MODEL


class OnlyGrows(Exception):  # a fault of ours, never of the person at the keyboard
    """A row of a history was about to be changed or deleted."""


class HistoryRows(models.QuerySet[Any]):
    """Rows that are added and read, never changed or deleted."""

    def update(self, **_: Any) -> int:
        raise OnlyGrows(f"{self.model.__name__} is a history")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows(f"{self.model.__name__} is a history")


class Thread(models.Model):
    """A conversation with one peer. ``awaits`` says that the dossier which it is about has not arrived yet."""

    id = models.CharField(max_length=60, primary_key=True)
    peer = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    language = models.CharField(max_length=12)
    dossier = models.CharField(max_length=60, blank=True)
    pointer = models.CharField(max_length=2000, blank=True)
    awaits = models.BooleanField(default=False)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+", null=True)
    level = models.PositiveSmallIntegerField(default=0)
    urgent = models.BooleanField(default=False)
    open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()  # of the last message, to order lists
    last_number = models.PositiveIntegerField(default=0)  # of the last one that a person here or there wrote

    class Meta:
        ordering = ["-last_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(peer=""), name="a_thread_has_a_peer"),
            models.CheckConstraint(condition=~Q(subject=""), name="a_thread_has_a_subject"),
            models.CheckConstraint(condition=Q(pointer="") | ~Q(dossier=""), name="a_field_belongs_to_a_dossier"),
            models.CheckConstraint(condition=Q(level__lte=3), name="a_thread_has_one_of_four_levels"),
            models.CheckConstraint(
                condition=Q(level=0) | Q(compartment__isnull=False), name="a_classified_thread_stands_in_a_case"
            ),
        ]
        indexes = [
            models.Index(fields=["dossier"], name="liaison_thread_dossier"),
            models.Index(fields=["unit", "open", "last_at"], name="liaison_thread_unit"),
        ]


class Message(models.Model):
    """One signed message as it left or came; ``author`` is the colleague who wrote it and stays in the node."""

    id = models.CharField(max_length=64, primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()  # its place in the conversation as it was kept here, from 1
    way = models.CharField(max_length=8)
    by = models.CharField(max_length=40)
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()  # by the sender's clock
    arrived_at = models.DateTimeField()  # sent or received here
    language = models.CharField(max_length=12)
    text = models.TextField()
    body = models.JSONField()
    raw = models.BinaryField()
    log_index = models.BigIntegerField()

    SENT, RECEIVED = "sent", "received"
    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["thread", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["sent", "received"]), name="a_message_is_sent_or_received"),
            models.UniqueConstraint(fields=["thread", "number"], name="a_message_has_its_place"),
            models.CheckConstraint(condition=Q(way="sent") | Q(author__isnull=True), name="only_we_know_our_authors"),
        ]
        indexes = [models.Index(fields=["by", "arrived_at"], name="liaison_message_by")]


class ThreadStep(models.Model):
    """What was done with a conversation here, beside what was said in it."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # null: a message that arrived
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["opened", "closed", "reopened", "moved"]),
                name="a_thread_is_opened_closed_or_moved",
            ),
        ]


class Looked(models.Model):
    """Up to which message a user has seen a conversation."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="looks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["thread", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="a_look_is_kept_once")]


class Numbering(models.Model):
    """The last number of a year's conversations; its row lock lets two at once take two numbers."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year"]


class Duty(models.Model):
    """Who of a unit is called, as which in the order, from when until when. The phone number never leaves the node."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    phone = models.CharField(max_length=40, blank=True)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "place", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="a_duty_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=9), name="a_duty_has_one_of_nine_places"),
        ]
        indexes = [models.Index(fields=["unit", "until"], name="liaison_duty_unit")]


class Call(models.Model):
    """An urgent call: the message that made it, and where it stands. ``each`` is how many minutes each person has."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="urgent_call")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="calls")
    ours = models.BooleanField()  # we called
    about = models.CharField(max_length=200)
    within = models.PositiveSmallIntegerField()
    each = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    state = models.CharField(max_length=14, default="calling")

    CALLING, TAKEN, NOBODY = "calling", "acknowledged", "unanswered"

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["calling", "acknowledged", "unanswered"]), name="a_call_has_one_of_three_states"
            ),
            models.CheckConstraint(
                condition=Q(within__gte=1, within__lte=1440), name="a_call_is_answered_within_a_day"
            ),
        ]
        indexes = [models.Index(fields=["state", "ours"], name="liaison_call_state")]


class CallStep(models.Model):
    """One step of a call. ``user`` is who was called or took it here; ``told`` the message that told the other side."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14)
    place = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=10)
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    told = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", null=True)

    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["call", "number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="a_call_takes_each_step_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["calling", "acknowledged", "unanswered"]),
                name="a_call_step_has_one_of_three_kinds",
            ),
            models.CheckConstraint(
                condition=Q(who__in=["duty", "supervisor", "nobody"]), name="a_call_reaches_duty_supervisor_or_nobody"
            ),
        ]
