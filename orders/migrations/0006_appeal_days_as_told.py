import json

from django.db import migrations


def as_told(apps, schema_editor):  # noqa: ARG001
    """Orders issued before take the days that their Annex I, signed at issue, told the provider."""
    orders = apps.get_model("orders", "RemovalOrder").objects.exclude(annex_i=None).filter(appeal_days=None)
    for order in orders.select_related("annex_i").iterator():
        annex_i = json.loads(bytes(order.annex_i.content))
        order.appeal_days = annex_i["redress"]["deadline"]["days"]
        order.save(update_fields=["appeal_days"])


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_appeal_days_frozen")]

    operations = [migrations.RunPython(as_told, migrations.RunPython.noop)]
