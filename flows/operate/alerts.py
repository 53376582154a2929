"""Alerts as Prefect events, and the automation that sends them to a webhook.

A run emits ``gongbao.alert.begun`` when a cause begins and ``gongbao.alert.ended`` when it is
gone, never daily. Any automation of the server may act on them; ``register_webhook`` makes one that
posts each as JSON. An event that can't be emitted fails nothing: the run's file has it, too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect import get_run_logger
from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.events import emit_event
from prefect.events.actions import CallWebhook
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import PrefectException

from flows.model.errors import PrefectError
from flows.run.summary import Alert, RunSummary

BEGUN, ENDED = "gongbao.alert.begun", "gongbao.alert.ended"
_NAME = "gongbao-alerts"  # of the block and of the automation
_PAYLOAD = """{
  "event": {{ event.event | tojson }},
  "occurred": {{ event.occurred | string | tojson }},
  "kind": {{ event.payload.kind | tojson }},
  "subject": {{ event.payload.subject | tojson }},
  "text": {{ event.payload.text | tojson }},
  "run": {{ event.payload.run_id | tojson }}
}"""


def emit_alerts(summary: RunSummary) -> None:
    """One event for each alert that began or ended with this run."""
    try:
        for event, alerts in ((BEGUN, summary.begun), (ENDED, summary.ended)):
            for alert in alerts:
                emit_event(
                    event,
                    resource={
                        "prefect.resource.id": f"gongbao.alert.{alert.key}",
                        "prefect.resource.name": alert.subject,
                        "gongbao.alert.kind": alert.kind,
                    },
                    payload={**alert.model_dump(), "run_id": summary.run_id},
                )
    except Exception as error:  # noqa: BLE001 - see the module's docstring
        get_run_logger().warning("no event: %s", error)


def register_webhook(url: str) -> None:
    """Have the server at PREFECT_API_URL post each alert to ``url``; again replaces it.

    Raises PrefectError where the server does not take it.
    """
    try:
        block: Any = Webhook(method="POST", url=url, allow_private_urls=True)
        block_id = block.save(_NAME, overwrite=True)
        automation = Automation(
            name=_NAME,
            description="Posts what a person should look at, once when it begins and ends.",
            trigger=EventTrigger(
                expect={BEGUN, ENDED},
                for_each={"prefect.resource.id"},
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(0),
            ),
            actions=[CallWebhook(block_document_id=block_id, payload=_PAYLOAD)],
        )
        try:
            known: Any = Automation.read(name=_NAME)
        except ValueError:  # there is none
            automation.create()
        else:
            automation.id = known.id
            automation.update()
    except (PrefectException, OSError, RuntimeError) as error:
        raise PrefectError(
            f"the server took no webhook: {error}", remedy="is PREFECT_API_URL a server of yours?"
        ) from error


__all__ = ["Alert", "emit_alerts", "register_webhook"]
