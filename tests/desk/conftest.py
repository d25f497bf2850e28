from tests.toy import town, toy

__all__ = ["town", "toy"]
