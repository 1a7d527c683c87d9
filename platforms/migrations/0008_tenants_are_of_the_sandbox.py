from django.db import migrations


def mark(apps, schema_editor):
    tenants = apps.get_model("platforms", "Tenant").objects.values("provider")
    apps.get_model("orders", "HostingServiceProvider").objects.filter(pk__in=tenants).update(sandbox=True)


class Migration(migrations.Migration):
    """A provider that was started as a tenant says so itself, for those who know nothing of tenants."""

    dependencies = [
        ("orders", "0013_sandbox_providers"),
        ("platforms", "0007_signed_answers"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
