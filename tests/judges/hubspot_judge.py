"""Drive a fake HubSpot with HubSpot's own SDK, strictly, and print what it saw. Run with the SDK on the path."""

import json
import sys

from hubspot_sdk import APIResponseValidationError, HubSpot

base, token = sys.argv[1:3]
hubspot = HubSpot(access_token=token, base_url=base, _strict_response_validation=True, max_retries=0)
seen: dict[str, object] = {}
objects = hubspot.crm.objects
listed = {
    "deals": (objects.deals, ["dealstage", "createdate"]),
    "companies": (objects.companies, ["hs_object_id"]),
    "meetings": (objects.meetings, ["hs_meeting_start_time"]),
    "calls": (objects.calls, ["hs_timestamp"]),
}


def refused(work) -> bool:
    """Whether the SDK finds the answer ill-formed."""
    try:
        work()
    except APIResponseValidationError:
        return True
    return False


try:
    for name, (resource, properties) in listed.items():
        seen[name] = sorted(one.id for one in resource.list(limit=100, properties=properties))
    seen["owners"] = sorted(one.id for one in hubspot.crm.owners.list(limit=100))
    pipelines = hubspot.crm.pipelines.list("deals").results
    seen["stages"] = [stage.id for stage in pipelines[0].stages]
    later = {"propertyName": "hs_object_id", "operator": "GT", "value": seen["deals"][0]}
    body = {
        "filter_groups": [{"filters": [later]}],
        "properties": ["dealstage"],
        "sorts": [],
        "after": "0",
        "limit": 200,
    }
    seen["search"] = objects.deals.search(**body).total
    goal = dict.fromkeys(("hs_template_id", "hs_kpi_metric_type", "hs_group_correlation_uuid"), "1")
    made = objects.goal_targets.batch.create(inputs=[{"properties": {**goal, "hs_target_amount": "12"}}])
    seen["goal"] = made.results[0].properties["hs_target_amount"]
    seen["changed"] = objects.goal_targets.update(made.results[0].id, properties={"hs_target_amount": "9"}).properties[
        "hs_target_amount"
    ]
    seen["task"] = objects.tasks.create(properties={"hs_task_subject": "Check-in"}, associations=[]).id
except APIResponseValidationError as wrong:
    seen["refused"] = f"{wrong}: {str(wrong.__cause__)[:600]}"
print(json.dumps(seen))
