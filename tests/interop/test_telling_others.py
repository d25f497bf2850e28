"""Webhooks: what is subscribed to is told once, signed, tried again; nothing inner is reached."""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
from django.db.models import Max
from django.test import Client

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions
from watchroom.kernel import outward, tokens, webhooks
from watchroom.kernel.access import NotFound, system
from watchroom.kernel.models import Entry, Webhook, WebhookDelivery

EVENTS = ["dispatch.incident.*"]


@pytest.fixture
def ear():
    """A neighbour's server that keeps what it hears; `answers` are its next statuses."""
    heard = SimpleNamespace(requests=[], answers=[])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.requests.append((self.path, dict(self.headers), body))
            status = heard.answers.pop(0) if heard.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{heard.url}/elsewhere")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def told(committed_county, settings, ear):
    """A county whose incidents are told to the neighbour."""
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    county = committed_county.county
    url = f"{ear.url}/hook?from=us"
    hook, secret = webhooks.subscribe(county.admin, "neighbour", url, EVENTS, county.bureau)
    return SimpleNamespace(county=county, hook=hook, secret=secret)


def read_on():
    """Read the trail to its end, once no older transaction on the server still runs."""
    last = Entry.objects.aggregate(at=Max("xid"))["at"]
    patience = 300
    while webhooks._here() <= last and patience:
        time.sleep(0.1)
        patience -= 1
    for _ in range(20):
        webhooks.follow()


def work():
    """What the worker does: read on, then try what is due."""
    read_on()
    for pk in WebhookDelivery.objects.filter(state="waiting").values_list("pk", flat=True):
        webhooks.deliver(delivery_id=pk)


def report(county, words="有人抢了我的包"):
    return actions.report_call(
        county.operator, words=words, caller="13812345678", caller_name="王女士",
        place="东街12号", lon=112.92, lat=28.2, class_code="0101",
    )  # fmt: skip


def test_an_event_is_told_once_signed_and_names_nobody(told, ear):
    made = report(told.county)
    work()
    work()
    assert [json.loads(b)["type"] for _, _, b in ear.requests] == [
        "dispatch.incident.report",
        "dispatch.incident.classify",
    ]
    path, headers, body = ear.requests[0]
    assert path == "/hook?from=us"
    said = json.loads(body)
    assert said["data"]["number"] == made.number
    for private in ("13812345678", "王女士", "东街", "抢了"):
        assert private not in body.decode()
    key = base64.b64decode(told.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert told.secret not in Webhook.objects.get().secret


def test_what_failed_is_tried_again_later_and_given_up_in_the_end(told, ear):
    ear.answers[:] = [500, 302]
    report(told.county)
    read_on()
    row = WebhookDelivery.objects.order_by("pk").first()
    webhooks.deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.status, row.attempts) == ("waiting", 500, 1)
    assert row.next_at > now() + timedelta(seconds=5)
    webhooks.deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.status) == ("waiting", 302), "a redirect is not followed"
    assert len(ear.requests) == 2
    webhooks.deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("delivered", 3)
    other = WebhookDelivery.objects.exclude(pk=row.pk).get()
    ear.answers[:] = [503] * 20
    for _ in range(20):
        webhooks.deliver(delivery_id=other.pk)
    other.refresh_from_db()
    assert (other.state, other.attempts) == ("given_up", len(webhooks.PAUSES) + 1)
    ear.answers.clear()
    webhooks.try_again(told.county.admin, other.pk)
    webhooks.deliver(delivery_id=other.pk)
    other.refresh_from_db()
    assert other.state == "delivered"


def test_nobody_there_is_said_without_a_trace(told, ear):
    Webhook.objects.update(url="http://127.0.0.1:9/")
    report(told.county)
    work()
    row = WebhookDelivery.objects.first()
    assert (row.state, row.status, row.error) == ("waiting", None, "ConnectionRefusedError")


def test_what_is_held_back_is_told_afterwards(told, ear):
    webhooks.pause(told.county.admin, told.hook.pk)
    report(told.county)
    work()
    assert ear.requests == []
    webhooks.resume(told.county.admin, told.hook.pk)
    work()
    assert len(ear.requests) == 2
    webhooks.end(told.county.admin, told.hook.pk)
    report(told.county)
    work()
    assert len(ear.requests) == 2


def test_only_the_agencys_own_events_are_told(told, ear):
    actor = system(told.county.elsewhere)
    actions.report_call(actor, words="邻县的事", agency_id=told.county.elsewhere.pk)
    work()
    assert ear.requests == []


def test_a_full_page_loses_nothing(told, ear, monkeypatch):
    monkeypatch.setattr(webhooks, "PAGE", 3)
    for _ in range(5):
        report(told.county)
    read_on()
    entries = Entry.objects.filter(event__startswith="dispatch.incident.")
    told_of = WebhookDelivery.objects.values_list("entry_id", flat=True)
    assert sorted(told_of) == sorted(entries.values_list("pk", flat=True))


def test_who_reads_personal_data_is_told_to_nobody():
    assert webhooks.wants(["*"], "dispatch.incident.close")
    for event in ("dispatch.incident.personal_read", "token.created", "staff.signed_in"):
        assert not webhooks.wants(["*"], event)


INNER = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - refused, not bound to
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:1::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_no_inner_address_is_public(address):
    assert not outward.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2400:3200::1"])
def test_the_open_internet_is(address):
    assert outward.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "https://localhost/x", "https://[::1]/", "https://2130706433/",
        "https://0x7f.1/", "ftp://example.org/", "https://user:pw@example.org/", "file:///etc",
        "https://", "https://[::ffff:10.0.0.1]/", "http://1.1.1.1/", "https://example.org:0/",
    ],
)  # fmt: skip
def test_an_address_of_ours_is_refused(county, url):
    with pytest.raises(Refusal) as refused:
        webhooks.subscribe(county.admin, "x", url, EVENTS, county.bureau)
    assert refused.value.code == "address"
    assert not Webhook.objects.exists()


def test_a_name_that_turns_inward_later_is_not_followed(county, monkeypatch):
    """It is checked again at every delivery, and the connection goes to what was checked."""
    answers = [[(2, 1, 6, "", ("1.1.1.1", 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]]
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *_a, **_k: answers.pop(0))
    hook, _ = webhooks.subscribe(county.admin, "x", "https://example.org/", EVENTS, county.bureau)
    entry = Entry.objects.order_by("-pk").first()
    row = WebhookDelivery.objects.create(webhook=hook, entry=entry, event="x", made_at=now())
    webhooks.deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.status is None
    assert "WATCHROOM_OUTWARD_NETWORKS" in row.error


def test_only_who_manages_tokens_subscribes_and_others_learn_nothing(county, settings):
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    url = "http://127.0.0.1/x"
    with pytest.raises(Refusal):
        webhooks.subscribe(county.dispatcher, "x", url, EVENTS, county.bureau)
    hook, _ = webhooks.subscribe(county.admin, "x", url, EVENTS, county.city)
    with pytest.raises(NotFound):
        webhooks.find(county.dispatcher, hook.pk)


def test_over_the_interface(county, settings):
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    expires = now() + timedelta(days=1)

    def caller(agency, *scopes):
        _, secret = tokens.create(system(), "m", agency, scopes, expires)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    admin, other = caller(county.bureau, "tokens.manage"), caller(county.elsewhere, "tokens.manage")
    path, json_ = "/api/v1/webhooks", "application/json"
    body = {"name": "x", "url": "http://127.0.0.1/x", "events": EVENTS}
    made = admin.post(path, body, content_type=json_).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in admin.get(path).json()[0]
    assert admin.get(f"{path}/{made['id']}/deliveries").json() == []
    assert other.get(path).json() == []
    for pk in (made["id"], 999_999):
        assert other.get(f"{path}/{pk}/deliveries").status_code == 404
        assert other.post(f"{path}/{pk}/end").status_code == 404
    reader = caller(county.bureau, "dispatch.view")
    assert reader.get(path).status_code == 403
    assert admin.post(f"{path}/{made['id']}/end").json()["ended_at"]
