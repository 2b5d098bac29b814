"""Every permission there is: ``feature:thing:verb``."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Something one may or may not do; the policy says who."""

    OWN_ACCOUNT = "auth:account:manage"
    """Change one's own password and preferences, end one's own sessions."""
    OWN_TOKENS = "auth:token:manage"
    """Make and revoke one's own API tokens."""
    CREDENTIAL_MANAGE = "auth:credential:manage"
    """Give people sign-in names, reset passwords, disable, end their sessions."""

    DEPARTMENT_MANAGE = "organisation:department:manage"
    """Add, rename, move, merge and close departments."""
    PLACE_MANAGE = "organisation:place:manage"
    """Add, rename, move and close places."""
    PERSON_LIST = "organisation:person:list"
    """See the list of people with their contact and roles."""
    PERSON_MANAGE = "organisation:person:manage"
    """Add people, change their department, mark them as having left."""
    ROLE_GRANT = "organisation:role:grant"
    """Give and take away roles."""
    INSTITUTION_MANAGE = "organisation:institution:manage"
    """Change the institution's name, colour, contact and label address."""

    WAIT_SEE = "waiting:wait:see"
    """See what waits in a department, for whom and how long, and remind them."""
    WAIT_HAND_ON = "waiting:wait:hand_on"
    """Give a step that somebody else has to another person."""
    CALENDAR_MANAGE = "waiting:calendar:manage"
    """Say when the institution works: hours, days off, terms."""

    TYPE_MANAGE = "catalogue:type:manage"
    """Add and change item types and their aliases."""
    TYPE_MERGE = "catalogue:type:merge"
    """Declare two item types to be one."""
    CLASS_LOAD = "catalogue:class:load"
    """Load and change the tree of asset classes."""

    ASSET_SEE = "ledger:asset:see"
    """See people, cost and history of an asset."""
    ASSET_REGISTER = "ledger:asset:register"
    """Enter new things into the ledger."""
    ASSET_AMEND = "ledger:asset:amend"
    """Change what describes an asset."""
    ASSET_MOVE = "ledger:asset:move"
    """Record that an asset stands elsewhere."""
    ASSET_ASSIGN = "ledger:asset:assign"
    """Record another custodian or user inside the department."""
    ASSET_REASSIGN = "ledger:asset:reassign"
    """Put an asset into another department without a transfer document."""
    ASSET_STATE = "ledger:asset:state"
    """Mark as idle, in use, under repair or missing."""
    ASSET_PROPOSE_DISPOSAL = "ledger:asset:propose_disposal"
    """Put an asset up for disposal."""
    ASSET_DISPOSE = "ledger:asset:dispose"
    """Write an asset off for good."""
    ASSET_CORRECT = "ledger:asset:correct"
    """Mend an earlier entry by a correcting one."""
    ASSET_PHOTO = "ledger:photo:manage"
    """Add and take away photos of an asset."""
    REPORT_HANDLE = "ledger:report:handle"
    """Read and settle what passers-by report about an asset."""
    LEDGER_VERIFY = "ledger:chain:verify"
    """Prove that the ledger is whole, and see the proof."""

    LABEL_PRINT = "labelling:label:print"
    """Print and reprint the label of an asset or place."""
    BLANK_PRINT = "labelling:blank:print"
    """Print blank codes ahead."""
    BLANK_CLAIM = "labelling:blank:claim"
    """Give a blank code on a thing to its asset."""
    PRINTER_MANAGE = "labelling:printer:manage"
    """Name label printers and own sheet measures."""

    POOL_SEE = "sharing:pool:see"
    """See the cards of everything that lies idle in the institution."""
    IDLE_SEE = "sharing:idle:see"
    """See what lies idle or seems to, with its value, who is asked and the answers."""
    IDLE_ASK = "sharing:question:ask"
    """Ask custodians whether things are still in use, and withdraw a question."""
    IDLE_ANSWER = "sharing:question:answer"
    """Say of a thing whether it is still in use."""
    IDLE_POLICY = "sharing:policy:manage"
    """Choose which signs count, what they spare and how many people are asked."""

    REQUEST_DECIDE = "procurement:request:decide"
    """Agree to a purchase, refuse it or send it back, as the step one is asked for."""
    APPROVAL_POLICY = "procurement:policy:manage"
    """Choose who must agree to what before something is bought."""
    APPROVAL_ACTING = "procurement:acting:manage"
    """Name somebody who decides in a person's place for some days."""
    HOLD_TAKE = "sharing:hold:take"
    """Have idle things kept for oneself for some days, or stand in line for them."""
    HOLD_END = "sharing:hold:end"
    """End somebody else's hold, with a reason."""
    TRANSFER_REQUEST = "sharing:transfer:request"
    """Ask for idle things to go to a department; everybody for their own one."""
    TRANSFER_SEE = "sharing:transfer:see"
    """See a transfer with its people: of either department, and what one asked for."""
    TRANSFER_ANSWER = "sharing:transfer:answer"
    """Agree that a department's things go to another one, or refuse."""
    TRANSFER_HAND_OVER = "sharing:transfer:hand_over"
    """Hand over the things of a transfer."""
    TRANSFER_RECEIVE = "sharing:transfer:receive"
    """Receive the things of a transfer, or cancel what was asked for."""
    LOAN_ASK = "sharing:loan:ask"
    """Ask to borrow a thing for some days."""
    LOAN_SEE = "sharing:loan:see"
    """See who has borrowed a thing, or will, and until when."""
    LOAN_DECIDE = "sharing:loan:decide"
    """Lend things of a department, agree to loans, take things back."""
    SAVINGS_SEE = "sharing:saving:see"
    """See what was not spent because idle things were used, document by document."""

    FIGURES_SEE = "reports:figures:see"
    """See figures of all assets one may see, by state, department, class and age."""

    LIST_ARRANGE = "lists:view:arrange"
    """Choose the columns of lists and keep filters, for oneself."""

    IMPORT_RUN = "interchange:import:run"
    """Bring a spreadsheet into the ledger."""
    IMPORT_PEOPLE = "interchange:import:people"
    """Bring people, places, departments and classes in from a sheet."""
    EXPORT_RUN = "interchange:export:run"
    """Take a list one may see out as a file."""

    OWN_NOTICES = "notifications:notice:settle"
    """Mark one's own notices as read, and say when one wants them by mail."""
    MAIL_MANAGE = "notifications:mail:manage"
    """See which mails could not be sent, and try them again."""

    @property
    def reads(self) -> bool:
        """Whether using it changes nothing."""
        return self.value.rsplit(":", 1)[1] in {"see", "list", "verify"} or (
            self is Permission.EXPORT_RUN
        )

    @property
    def feature(self) -> str:
        """The part of the registry it belongs to."""
        return self.value.split(":", 1)[0]
