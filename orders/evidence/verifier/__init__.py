"""The check of a bundle without us: `verify.py`, which goes out in each bundle, is these modules in one file."""
