"""Refusals about signing in, passwords and tokens."""

from registry.kernel.errors import Conflict, Unauthenticated


class BadCredentials(Unauthenticated):
    """Name and password do not belong together; it is never said which is wrong."""

    code = "bad_credentials"


class BadToken(Unauthenticated):
    """The bearer token is unknown, revoked or expired."""

    code = "bad_token"


class HalfOver(Unauthenticated):
    """The password was given too long ago, or something has changed since."""

    code = "second_step_over"


class OwnFactor(Conflict):
    """One's own second factor is removed by a code of it, or by somebody else."""

    code = "own_second_factor"


class FactorIsAsked(Conflict):
    """The institution asks for a second factor: one cannot do without."""

    code = "second_factor_is_asked"


class AlreadyHasCredential(Conflict):
    """The person can sign in already; the password may be reset instead."""

    code = "already_has_credential"
