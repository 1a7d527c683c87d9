from datetime import timedelta

from django.db import migrations

SHORTENED = {"1": 1, "1/60": 60, "1/3600": 3600}


def first_reminders(apps, schema_editor):  # noqa: ARG001
    """Impossibilities that were open before there were reminders get the first of theirs, too."""
    grounds = apps.get_model("orders", "Ground").objects.filter(
        kind="force_majeure_or_impossibility", closed_at=None, next_reminder_at=None
    )
    for ground in grounds.select_related("item__order"):
        ground.next_reminder_at = ground.notified_at + timedelta(hours=6) / SHORTENED[ground.item.order.limit_scale]
        ground.save(update_fields=["next_reminder_at"])


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_reminders_and_webform")]

    operations = [migrations.RunPython(first_reminders, migrations.RunPython.noop)]
