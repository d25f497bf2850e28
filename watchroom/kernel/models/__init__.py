"""Tables every matter shares."""

from .agencies import Agency, Beat, FormerPlace, Place
from .clocks import Deadline, Extension
from .code_lists import CodeList, NamedCode
from .demand import DemandCell
from .documents import Document
from .figures import FigureCell, FigureSample, FigureStream, IssuedFigure, KeptIndicator
from .handsets import Handset
from .matters import Counterpart, Involvement, Link, Matter, Words
from .privacy import ErasureReview, Hold, LookReview, ReviewedClass, Seal, SubjectRequest
from .receipts import Receipt
from .roads import Closure
from .sessions import Session
from .staff import ApiToken, Attempts, Post, RecoveryCode, Role, Staff
from .trail import Chain, Entry
from .units import Device, Unit, UnitPosition
from .webhooks import Webhook, WebhookDelivery

__all__ = [
    "Agency",
    "ApiToken",
    "Attempts",
    "Beat",
    "Chain",
    "Closure",
    "CodeList",
    "Counterpart",
    "Deadline",
    "DemandCell",
    "Device",
    "Document",
    "Entry",
    "ErasureReview",
    "Extension",
    "FigureCell",
    "FigureSample",
    "FigureStream",
    "FormerPlace",
    "Handset",
    "Hold",
    "Involvement",
    "IssuedFigure",
    "KeptIndicator",
    "Link",
    "LookReview",
    "Matter",
    "NamedCode",
    "Place",
    "Post",
    "Receipt",
    "RecoveryCode",
    "ReviewedClass",
    "Role",
    "Seal",
    "Session",
    "Staff",
    "SubjectRequest",
    "Unit",
    "UnitPosition",
    "Webhook",
    "WebhookDelivery",
    "Words",
]
