"""Use cases of signing in. Passwords are hashed before a transaction takes its lock."""

from registry.auth.actions.credentials import (
    change_password,
    create_credential,
    disable,
    enable,
    rename,
    reset_password,
)
from registry.auth.actions.sessions import (
    end_own_session,
    end_sessions,
    forget_ended_sessions,
    note_seen,
    sever_leaver,
    sign_in,
    sign_out,
)
from registry.auth.actions.tokens import create_token, note_token_used, revoke_token

__all__ = [
    "change_password",
    "create_credential",
    "create_token",
    "disable",
    "enable",
    "end_own_session",
    "end_sessions",
    "forget_ended_sessions",
    "note_seen",
    "note_token_used",
    "rename",
    "reset_password",
    "revoke_token",
    "sever_leaver",
    "sign_in",
    "sign_out",
]
