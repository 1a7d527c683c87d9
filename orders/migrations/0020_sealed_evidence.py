# Attempts, receipts, looks and what time sends become leaves of the tree as well. What was recorded before gets its
# leaf in the next rounds, as it stands then; of its answers the bytes were never kept.

from functools import reduce
from operator import or_

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from orders.models.append_only import drop_triggers

OF = ("entry", "message", "receipt", "attempt", "observation")


def fill(apps, schema_editor):
    """New columns of rows that are append-only: the triggers stand again after the migration."""
    drop_triggers(schema_editor.connection)
    apps.get_model("orders", "Attempt").objects.update(recorded_at=F("ended_at"))
    Checkpoint, Observation = (apps.get_model("orders", name) for name in ("Checkpoint", "Observation"))
    for one in Checkpoint.objects.iterator():
        keys = {"watermarks": {"entry": one.watermark}, "reached_by_kind": {"entry": one.reached}}
        Checkpoint.objects.filter(pk=one.pk).update(**keys)
    item = number = 0
    for key, of in Observation.objects.order_by("item", "pk").values_list("pk", "item").iterator():
        item, number = of, number + 1 if of == item else 1
        Observation.objects.filter(pk=key).update(number=number)


def leaf(name, **said):
    return models.OneToOneField(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="leaf", to=f"orders.{name}", **said
    )


def of_one():
    return [Q(*sorted((f"{name}__isnull", name != one) for name in OF)) for one in OF]


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0016_commitments"),
    ]

    operations = [
        migrations.AddField("attempt", "recorded_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "attempt",
            "salts",
            models.JSONField(default=dict, help_text="of what may be withheld of it, by JSON pointer"),
        ),
        migrations.AddField(
            "attempt",
            "answer",
            models.ForeignKey(
                help_text="its bytes, as far as they were read",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.exhibit",
            ),
        ),
        migrations.AddField("observation", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField("checkpoint", "watermarks", models.JSONField(default=dict)),
        migrations.AddField("checkpoint", "reached_by_kind", models.JSONField(default=dict)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("attempt", "recorded_at", models.DateTimeField()),
        migrations.AlterField(
            "observation",
            "number",
            models.PositiveIntegerField(help_text="of the looks at this item, from 1 without gaps"),
        ),
        migrations.AddConstraint(
            "observation", models.UniqueConstraint(fields=("item", "number"), name="observation_number_once")
        ),
        migrations.RemoveField("checkpoint", "watermark"),
        migrations.RemoveField("checkpoint", "reached"),
        migrations.RenameField("checkpoint", "reached_by_kind", "reached"),
        migrations.AlterField(
            "checkpoint",
            "watermarks",
            models.JSONField(help_text="by kind of row: those whose key is no higher are all in this tree"),
        ),
        migrations.AlterField(
            "checkpoint",
            "reached",
            models.JSONField(help_text="by kind of row: the highest key that this round could see"),
        ),
        migrations.AlterField("treeleaf", "entry", leaf("ledgerentry")),
        migrations.AddField("treeleaf", "message", leaf("outboxmessage", help_text="one that no entry sent")),
        migrations.AddField("treeleaf", "receipt", leaf("receipt", help_text="one that is no act")),
        migrations.AddField("treeleaf", "attempt", leaf("attempt")),
        migrations.AddField("treeleaf", "observation", leaf("observation")),
        migrations.AlterField(
            "treeleaf",
            "digest",
            models.CharField(help_text="of the row, as it was when it was sealed", max_length=64, unique=True),
        ),
        migrations.AddConstraint(
            "treeleaf", models.CheckConstraint(condition=reduce(or_, of_one()), name="leaf_of_one_row")
        ),
    ]
