"""A server called from Python. Rule: only what the API promises; no torch, no server is loaded."""

from app.client.client import Client
from app.client.errors import FieldError, NoServer, Refused
from app.client.jobs import Entry, Job

__all__ = ["Client", "Entry", "FieldError", "Job", "NoServer", "Refused"]
