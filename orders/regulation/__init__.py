"""Regulation (EU) 2021/784 as plain Python: no Django, no database, no clock."""
