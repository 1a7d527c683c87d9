# Rows from before have no salts: their digests are over plain facts and verify as they did.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0015_exports'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgerentry',
            name='salts',
            field=models.JSONField(default=dict, help_text='of what may be withheld of the facts, by JSON pointer'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='salts',
            field=models.JSONField(default=dict, help_text='of what may be withheld of the data, by JSON pointer'),
        ),
    ]
