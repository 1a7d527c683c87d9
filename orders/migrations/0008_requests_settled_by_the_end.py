from django.db import migrations

ENDED = ("withdrawn", "annulled_by_scrutiny", "annulled_by_court")


def settle(apps, schema_editor):  # noqa: ARG001
    """Requests about an order that ended undecided name the entry that ended it: nothing is left to decide."""
    requests = apps.get_model("orders", "ScrutinyRequest").objects.filter(
        decided_by=None, scrutiny__order__force__in=ENDED
    )
    entries = apps.get_model("orders", "LedgerEntry").objects
    for request in requests.select_related("scrutiny__order"):
        of_order = entries.filter(dossier=request.scrutiny.order.dossier_id).order_by("-number")
        request.decided_by = next(entry.number for entry in of_order if _moves_force(entry.facts))
        request.save(update_fields=["decided_by"])


def _moves_force(facts):
    return any(effect[1] == "force" for effect in facts.get("effects", []))


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_sandbox_first_contact")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
