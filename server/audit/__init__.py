"""Who read which patient, from which device, when. Kept apart from the read model, which may be thrown away."""

from server.audit.audit_log import AuditLog

__all__ = ["AuditLog"]
