"""Refusals about signing in, passwords and tokens."""

from registry.kernel.errors import Conflict, Unauthenticated


class BadCredentials(Unauthenticated):
    """Name and password do not belong together; it is never said which is wrong."""

    code = "bad_credentials"


class BadToken(Unauthenticated):
    """The bearer token is unknown, revoked or expired."""

    code = "bad_token"


class AlreadyHasCredential(Conflict):
    """The person can sign in already; the password may be reset instead."""

    code = "already_has_credential"
