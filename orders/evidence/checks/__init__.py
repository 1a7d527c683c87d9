"""What `manage.py verify` checks of one dossier, one subject a module; each yields findings and changes nothing."""
