"""Measurements that a person starts and reads; none of them is a test."""
