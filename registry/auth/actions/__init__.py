"""Use cases of signing in. Passwords are hashed before a transaction takes its lock."""

from registry.auth.actions.credentials import (
    change_password,
    create_credential,
    disable,
    enable,
    rename,
    reset_password,
)
from registry.auth.actions.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_spare_codes,
    reset_second_factor,
    setup_of,
)
from registry.auth.actions.second_step import complete_sign_in
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
    "begin_second_factor",
    "change_password",
    "complete_sign_in",
    "confirm_second_factor",
    "create_credential",
    "create_token",
    "disable",
    "enable",
    "end_own_session",
    "end_sessions",
    "forget_ended_sessions",
    "note_seen",
    "note_token_used",
    "remove_second_factor",
    "rename",
    "renew_spare_codes",
    "reset_password",
    "reset_second_factor",
    "revoke_token",
    "setup_of",
    "sever_leaver",
    "sign_in",
    "sign_out",
]
