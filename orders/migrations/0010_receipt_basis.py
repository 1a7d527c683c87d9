from django.db import migrations, models


def proven(apps, schema_editor):  # noqa: ARG001
    """What was removed so far was removed after the proven receipt: else it was recorded as already gone."""
    items = apps.get_model("orders", "ContentItem").objects
    items.filter(measure__in=["removed", "disabled_in_all_member_states"]).update(receipt_basis="proven")


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_attempt_headers")]

    operations = [
        migrations.AddField(
            model_name="contentitem",
            name="receipt_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("proven", "receipt was proven by then"),
                    ("stated", "proof came later: the provider itself states an earlier receipt"),
                    ("tried", "proof came later: a try to deliver it had been answered by then"),
                ],
                help_text="what shows that the order had reached the provider when the measure was taken",
                max_length=10,
            ),
        ),
        migrations.RunPython(proven, migrations.RunPython.noop),
    ]
