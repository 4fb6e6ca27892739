"""Messages to be shown once, on the page that follows."""

import secrets
import threading
from collections import OrderedDict

_MOST = 100


class Notices:
    """Keeps messages until the page that follows asks for them.

    By this a page that changes something can lead to one that may be loaded
    again without changing it again.
    """

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, text: str) -> str:
        """Keeps a message, and returns what to ask for it by.

        Args:
            text: The message.
        """
        token = secrets.token_urlsafe(8)
        with self._lock:
            self._texts[token] = text
            while len(self._texts) > _MOST:
                self._texts.popitem(last=False)
        return token

    def take(self, token: str) -> str:
        """Returns a message and forgets it; none if it is not known.

        Args:
            token: What `keep` has returned.
        """
        with self._lock:
            return self._texts.pop(token, "")
