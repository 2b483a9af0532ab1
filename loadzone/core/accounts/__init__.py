"""People and how they prove who they are: passwords, sessions, API tokens, invites, the first administrator."""

from loadzone.core.accounts.accounts import Accounts
from loadzone.core.accounts.book import NOTICE_SECONDS
from loadzone.core.accounts.people import OPERATOR, PersonInfo
from loadzone.core.accounts.registration import Registration
from loadzone.core.accounts.sessions import Login
from loadzone.core.accounts.tokens import TokenInfo

__all__ = ["NOTICE_SECONDS", "OPERATOR", "Accounts", "Login", "PersonInfo", "Registration", "TokenInfo"]
