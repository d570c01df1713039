"""Trust: the Smart Metering Key Infrastructure and its repository (SEC Section L, Appendices A, B, O, P)."""

from gbsmart.trust.parties import DCC_PARTIES, TEST_PARTIES, TEST_USERS, Party, user_party
from gbsmart.trust.repository import CertificateStatus, LodgedCertificate, MemoryRepository, Repository
from gbsmart.trust.smki import Authority, TestSmki
from gbsmart.trust.web import repository_app

__all__ = [
    "DCC_PARTIES",
    "TEST_PARTIES",
    "TEST_USERS",
    "Authority",
    "CertificateStatus",
    "LodgedCertificate",
    "MemoryRepository",
    "Party",
    "Repository",
    "TestSmki",
    "repository_app",
    "user_party",
]
